/** Sessions on disk: made, found, listed, deleted (DL-30, DL-32). */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { PatchbayError } from '../../../src/protocol/errors.ts';
import { notice, turnStarted } from '../../builders/session-events.ts';
import { linesOf, newSession, projectCwd, storeIn, temporaryFolder } from '../../builders/session-home.ts';

describe('making a session', () => {
  test('lays out its folder under the slug of the project (DL-30)', async () => {
    const { home, session } = await newSession({ sessionId: 'abc', cwd: path.resolve('/some/project') });

    const slug = path.resolve('/some/project').replaceAll(/[/\\]/g, '-').replaceAll(':', '');
    expect(session.folder).toContain(path.join(home, 'projects'));
    expect(session.folder.endsWith(path.join(slug, 'sessions', 'abc'))).toBe(true);
    expect(JSON.parse(fs.readFileSync(path.join(session.folder, 'metadata.json'), 'utf8'))).toMatchObject({
      session_id: 'abc',
      agent_name: 'root',
      turn_count: 0,
      title: 'New session',
      cwd: path.resolve('/some/project'),
    });
    expect(linesOf(session, 'events.jsonl')).toEqual([
      expect.objectContaining({ seq: 1, type: 'session.started', session_id: 'abc', turn: 0, agent: 'root' }),
    ]);
  });

  test('of a child remembers its parent', async () => {
    const { store } = await newSession();

    const child = await store.create({
      cwd: projectCwd,
      agent: 'explorer',
      sessionId: '0000000000000000-1234567890abcdef_explorer',
      parentId: 'p1',
    });

    expect(child.head).toMatchObject({ parent_id: 'p1', agent: 'explorer' });
  });

  test('is refused for a folder that is not absolute, an id that leads elsewhere, and one that exists', async () => {
    const { store } = await newSession({ sessionId: 'abc' });

    await expectConfigError(store.create({ cwd: 'project', agent: 'root' }), /not an absolute path/);
    await expectConfigError(
      store.create({ cwd: projectCwd, agent: 'root', sessionId: '../abc' }),
      /not a session id/,
    );
    await expectConfigError(
      store.create({ cwd: projectCwd, agent: 'root', sessionId: 'abc' }),
      /already exists/,
    );
  });
});

describe('opening a session', () => {
  test('takes a unique beginning of its id, from any project (DL-31)', async () => {
    const { home, store, session } = await newSession({ sessionId: 'abc-1' });
    await store.create({ cwd: path.resolve('/other'), agent: 'root', sessionId: 'xyz' });
    await store.close();

    const again = await storeIn(home).open('ab');

    expect(again.id).toBe('abc-1');
    expect(again.head).toEqual(session.head);
    expect(again.cwd).toBe(projectCwd);
    expect(again.problems).toEqual([]);
  });

  test('lists the candidates when several begin so, and prefers the whole id (DL-32)', async () => {
    const { store } = await newSession({ sessionId: 'abc' });
    await store.create({ cwd: projectCwd, agent: 'root', sessionId: 'abcd' });

    await expectConfigError(store.open('ab'), /could be 2 sessions: .*abc .*abcd /);
    expect((await store.open('abc')).id).toBe('abc');
  });

  test('says that an id is unknown, and refuses one with path separators (DL-32)', async () => {
    const { store } = await newSession();

    await expectConfigError(
      store.open('nothing'),
      "Session 'nothing' not found. Session may have expired or was never created.",
    );
    const child = '0000000000000000-1234567890abcdef_explorer';
    await expectConfigError(
      store.open(child),
      `Sub-session '${child}' not found. Session may have expired or was never created.`,
    );
    await expectConfigError(store.open('../metadata'), /not a session id/);
  });

  test('gives the one that is open, however many ask at once, and a new one after it was closed', async () => {
    const { home, session } = await newSession({ sessionId: 'abc' });
    await session.close();
    const store = storeIn(home);

    const [first, second] = await Promise.all([store.open('abc'), store.open('ab')]);
    await first.close();

    expect(second).toBe(first);
    expect(await store.open('abc')).not.toBe(first);
  });
});

describe('the list of sessions', () => {
  test('is newest first, of one project or of all, from metadata alone', async () => {
    const home = temporaryFolder();
    let time = 1_000;
    const store = storeIn(home, () => time++);
    const old = await store.create({ cwd: projectCwd, agent: 'root', sessionId: 'old' });
    await store.create({ cwd: path.resolve('/other'), agent: 'root', sessionId: 'elsewhere' });
    await store.create({ cwd: projectCwd, agent: 'root', sessionId: 'new' });
    await store.close();
    // Whoever read the events would stumble over this.
    fs.rmSync(path.join(old.folder, 'events.jsonl'));
    fs.mkdirSync(path.join(old.folder, 'events.jsonl'));

    const idsOf = async (filter?: { cwd: string }) =>
      (await store.list(filter)).heads.map((head) => head.session_id);

    expect(await idsOf()).toEqual(['new', 'elsewhere', 'old']);
    expect(await idsOf({ cwd: projectCwd })).toEqual(['new', 'old']);
    expect(await idsOf({ cwd: path.resolve('/nowhere') })).toEqual([]);
  });

  test('names the broken ones and shows the others', async () => {
    const { home, store, session } = await newSession({ sessionId: 'good' });
    const broken = await store.create({ cwd: projectCwd, agent: 'root', sessionId: 'broken' });
    const bare = await store.create({ cwd: projectCwd, agent: 'root', sessionId: 'bare' });
    await store.close();
    fs.writeFileSync(path.join(broken.folder, 'metadata.json'), '{"session_id": "bro');
    fs.rmSync(path.join(bare.folder, 'metadata.json'));

    const { heads, problems } = await storeIn(home).list();

    expect(heads).toEqual([session.head]);
    expect(problems.sort()).toEqual([expect.stringMatching(/bare.*ENOENT/), expect.stringMatching(/broken/)]);
  });

  test('shows an open session as it is now, and a turn whose process is gone as interrupted (RT-33)', async () => {
    const { home, store, session } = await newSession({ sessionId: 'abc' });
    session.turn = 1;
    session.append(turnStarted);
    session.append({ type: 'session.titled', title: 'Renamed', by: 'person' });

    expect((await store.list()).heads).toEqual([session.head]);
    expect(session.head).toMatchObject({ title: 'Renamed', phase: 'starting' });

    await session.close();
    expect((await storeIn(home).list()).heads).toEqual([
      expect.objectContaining({ session_id: 'abc', phase: 'interrupted' }),
    ]);
  });

  test('of a home that has none is empty', async () => {
    expect(await storeIn(temporaryFolder()).list()).toEqual({ heads: [], problems: [] });
  });
});

describe('deleting a session', () => {
  test('closes it and takes its folder away, by its whole id only', async () => {
    const { store, session } = await newSession({ sessionId: 'abc' });

    await expectConfigError(store.delete('ab'), /not found/);
    await store.delete('abc');

    expect(fs.existsSync(session.folder)).toBe(false);
    expect(() => session.append(notice('late'))).toThrow(/is closed/);
    await expectConfigError(store.open('abc'), /not found/);
  });
});

async function expectConfigError(promise: Promise<unknown>, message: string | RegExp): Promise<void> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(PatchbayError);
  expect(error).toMatchObject({ kind: 'config', message: expect.stringMatching(message) });
}
