/** `patchbay session export` (DL-34). */
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openCommandRoom } from '../../builders/command-line.ts';
import { message, toolFinished, turnFinished, turnStarted } from '../../builders/session-events.ts';
import { storeIn } from '../../builders/session-home.ts';

const CHILD = '0000000000000000-1234567890abcdef_scout';
const SECRET = 'sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789';

test('writes a session of this or another process with what it delegated, as text, data and a page', async () => {
  const room = openCommandRoom();
  // Stays open here: to the command, this is another process.
  const store = storeIn(room.home);
  const root = await store.create({ cwd: room.folder, agent: 'root', sessionId: 'top' });
  const child = await store.create({
    cwd: room.folder,
    agent: 'scout',
    sessionId: CHILD,
    parentId: 'top',
    extra: { config: { agent: 'scout', note: SECRET } },
  });
  root.append(turnStarted);
  root.append({
    type: 'delegation.started',
    call_id: 'c1',
    child_agent: 'scout',
    child_session_id: CHILD,
    instruction: 'find it',
    depth: 1,
    resumed: false,
  });
  root.append(toolFinished('c2', 'y'.repeat(10_000)));
  root.addMessage({ role: 'user', content: `my key is ${SECRET}` });
  root.append(turnFinished);
  child.append(message('It is here.'));
  await Promise.all([root.flush(), child.flush()]);
  const page = path.join(room.folder, 'page.html');

  const markdown = await room.run(['session', 'export', 'to']);
  const json = await room.run(['session', 'export', 'top', '--format', 'json']);
  const html = await room.run(['session', 'export', 'top', '--format', 'html', '--out', page]);

  expect([markdown.code, json.code, html.code]).toEqual([0, 0, 0]);
  expect(markdown.stdout).toContain('It is here.');
  expect(markdown.stdout).toContain('y'.repeat(10_000));
  expect(JSON.parse(json.stdout)).toMatchObject({
    head: { session_id: 'top' },
    transcript: [{ role: 'user' }],
    children: [{ head: { session_id: CHILD } }],
  });
  expect(html.stdout).toBe('');
  expect(fs.readFileSync(page, 'utf8')).toContain('It is here.');
  for (const text of [markdown.stdout, json.stdout]) expect(text).not.toContain(SECRET);
});

test('refuses a format it does not know and a file it cannot write', async () => {
  const room = openCommandRoom();
  const session = await storeIn(room.home).create({ cwd: room.folder, agent: 'root', sessionId: 'top' });
  await session.flush();

  expect((await room.run(['session', 'export', 'top', '--format', 'pdf'])).code).toBe(2);
  const { code, stderr } = await room.run([
    'session',
    'export',
    'top',
    '--out',
    path.join(room.folder, 'no', 'x'),
  ]);
  expect(code).toBe(2);
  expect(stderr).toContain('cannot be written');
});
