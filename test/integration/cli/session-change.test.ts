/** `patchbay session list` with a tree, and `rename|delete|clean` (DL-32, DL-34). */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { SessionHead } from '../../../src/protocol/session-head.ts';
import { type CommandRoom, openCommandRoom } from '../../builders/command-line.ts';
import { message, turnFinished, turnStarted } from '../../builders/session-events.ts';
import { storeIn } from '../../builders/session-home.ts';

const CHILD = '0000000000000000-1234567890abcdef_scout';
const GRANDCHILD = '1234567890abcdef-aaaaaaaaaaaaaaaa_coder';

describe('patchbay session list (DL-34)', () => {
  test('shows children below their parents, and finds by text, agent and status', async () => {
    const room = openCommandRoom();
    await makeFamily(room);
    const titles = async (...options: string[]) => {
      const { stdout } = await room.run(['session', 'list', ...options]);
      return stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => line.split(/ {2,}/)[4]);
    };

    expect(await titles()).toEqual(['other', 'top', '└ below', '└ deep']);
    expect(await titles('--search', 'DEEP')).toEqual(['top', '└ below', '└ deep']);
    expect(await titles('--agent', 'scout')).toEqual(['top', '└ below']);
    expect(await titles('--status', 'failed')).toEqual([]);
    const json = await room.run(['session', 'list', '--json', '--agent', 'scout']);
    const heads = json.stdout.trimEnd().split('\n');
    expect(heads.map((line) => SessionHead.parse(JSON.parse(line)).session_id)).toEqual(['top', CHILD]);
  });

  test('says when none fits, and refuses a status that does not exist', async () => {
    const room = openCommandRoom();
    await makeFamily(room);

    expect(await room.run(['session', 'list', '--search', 'nowhere'])).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'No session fits.\n',
    });
    expect((await room.run(['session', 'list', '--status', 'asleep'])).code).toBe(2);
  });
});

test('patchbay session show names what was delegated (DL-34)', async () => {
  const room = openCommandRoom();
  await makeFamily(room);

  const { code, stdout } = await room.run(['session', 'show', 'top']);

  expect(code).toBe(0);
  expect(stdout).toContain('I looked.');
  expect(stdout).toContain(`delegated: ${CHILD}`);
  expect(stdout).not.toContain(GRANDCHILD);
});

describe('patchbay session rename (DL-34)', () => {
  test('changes the title, for good and without secrets', async () => {
    const room = openCommandRoom();
    await makeFamily(room);

    const renamed = await room.run(['session', 'rename', 'to', '  A better\n title ']);

    expect(renamed).toMatchObject({ code: 0, stdout: 'top  A better title\n' });
    expect((await room.run(['session', 'list'])).stdout).toContain('A better title');
    await room.run(['session', 'rename', 'top', 'key sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789']);
    expect((await room.run(['session', 'list'])).stdout).not.toContain('abcdefghijklmnop');
  });

  test('refuses an empty title', async () => {
    const room = openCommandRoom();
    await makeFamily(room);

    const { code, stderr } = await room.run(['session', 'rename', 'top', '  ']);

    expect(code).toBe(2);
    expect(stderr).toContain('needs a title');
  });
});

describe('patchbay session fork (DL-34)', () => {
  test('makes a root that can be shown and prompted, and prints its id', async () => {
    const room = openCommandRoom();
    await room.run(['run', 'the first']);
    const [original] = idsIn(room);

    const { code, stdout } = await room.run(['session', 'fork', original!, '--turn', '1']);

    expect(code).toBe(0);
    const id = stdout.trimEnd();
    const shown = await room.run(['session', 'show', id]);
    expect(shown.stdout).toContain('> the first');
    expect(shown.stdout).toContain(`forked from ${original} at the end of turn 1`);
    expect((await room.run(['run', 'and then', '--session', id])).code).toBe(0);
    expect((await room.run(['session', 'show', original!])).stdout).not.toContain('and then');
  });

  test('refuses a turn that has not been', async () => {
    const room = openCommandRoom();
    await makeFamily(room, ['top']);

    const { code, stderr } = await room.run(['session', 'fork', 'top', '--turn', '4']);

    expect(code).toBe(2);
    expect(stderr).toContain('Session "top" has no turn 4 that has ended.');
    expect((await room.run(['session', 'fork', 'top', '--turn', '0'])).code).toBe(2);
    expect(idsIn(room)).toEqual(['top']);
  });
});

describe('patchbay session delete (DL-34)', () => {
  test('moves the session and all below it to the trash, from where they can be put back', async () => {
    const room = openCommandRoom();
    await makeFamily(room);

    const { code, stdout } = await room.run(['session', 'delete', 'top']);

    expect(code).toBe(0);
    const trashed = stdout.trimEnd();
    expect(path.dirname(path.dirname(trashed))).toBe(path.join(room.home, 'trash', 'sessions'));
    expect(fs.readdirSync(path.dirname(trashed)).sort()).toEqual([CHILD, GRANDCHILD, 'top'].sort());
    expect(fs.readdirSync(trashed).filter((name) => name.endsWith('.lock'))).toEqual([]);
    expect(fs.readdirSync(trashed)).toContain('events.jsonl');
    expect(idsIn(room)).toEqual(['other']);
  });

  test('keeps both when one with the same id was deleted before', async () => {
    const room = openCommandRoom();
    await makeFamily(room);
    await room.run(['session', 'delete', 'top']);
    await makeFamily(room, ['top']);

    const { stdout } = await room.run(['session', 'delete', 'top']);

    expect(path.basename(stdout.trimEnd())).toBe('top.2');
    expect(fs.readdirSync(path.dirname(stdout.trimEnd()))).toContain('top');
  });

  test('refuses all when another process has one of them open (DL-35)', async () => {
    const room = openCommandRoom();
    await makeFamily(room);
    // This very process is another one to the command.
    await storeIn(room.home).open(CHILD);

    const { code, stderr } = await room.run(['session', 'delete', 'top']);

    expect(code).toBe(2);
    expect(stderr).toContain(`"${CHILD}" is open in another window (pid ${process.pid})`);
    expect(idsIn(room)).toEqual([CHILD, GRANDCHILD, 'other', 'top'].sort());
  });

  test('refuses one that is at work', async () => {
    const room = openCommandRoom();
    const store = storeIn(room.home);
    const session = await store.create({ cwd: room.folder, agent: 'root', sessionId: 'busy' });
    session.append(turnStarted);

    await expect(store.delete('busy')).rejects.toThrow(/"busy".*is at work/);
    expect(idsIn(room)).toEqual(['busy']);
  });
});

describe('patchbay session clean (DL-34)', () => {
  test('moves those to the trash of which nothing changed for so long', async () => {
    const room = openCommandRoom();
    const day = 86_400_000;
    await makeFamily(room, ['top'], Date.now() - 40 * day);
    await makeFamily(room, [CHILD], Date.now() - 5 * day);
    await makeFamily(room, ['other'], Date.now() - 31 * day);
    const clean = (...more: string[]) => room.run(['session', 'clean', '--older-than', '30d', ...more]);

    const dry = await clean('--dry-run');
    expect(dry.stdout).toMatch(/^other {2}[^\n]*\n$/);
    expect(dry.stderr).toBe('1 session would go to the trash.\n');
    expect(idsIn(room)).toContain('other');

    const done = await clean();
    expect(done).toMatchObject({ code: 0, stdout: dry.stdout, stderr: '1 session went to the trash.\n' });
    // Its parent is older, but belongs to what changed since.
    expect(idsIn(room)).toEqual([CHILD, 'top'].sort());
  });

  test('erases what was deleted more than 30 days ago, or as the person’s settings say (DL-34)', async () => {
    const room = openCommandRoom();
    const long = Date.now() - 31 * 86_400_000;
    await makeFamily(room, ['top', CHILD, 'other', 'fresh'], long);
    const deleted = async (id: string) => (await room.run(['session', 'delete', id])).stdout.trimEnd();
    const [top, other] = [await deleted('top'), await deleted('other')];
    const child = path.join(path.dirname(top), CHILD);
    const outside = path.join(room.folder, 'outside');
    fs.mkdirSync(outside);
    fs.symlinkSync(outside, path.join(path.dirname(top), 'link'), 'junction');
    // What was old when it was deleted was deleted now.
    expect(fs.existsSync(top)).toBe(true);
    for (const folder of [top, child, outside]) fs.utimesSync(folder, long / 1000, long / 1000);
    const clean = (...more: string[]) => room.run(['session', 'clean', '--older-than', '900d', ...more]);
    const settings = path.join(room.home, 'settings.yaml');

    fs.writeFileSync(settings, 'sessions: { trash_days: false }\n');
    await clean();
    fs.writeFileSync(settings, 'sessions: { trash_day: 1 }\n');
    await clean();
    fs.rmSync(settings);
    await clean('--dry-run');
    expect([top, child, other].map((folder) => fs.existsSync(folder))).toEqual([true, true, true]);

    expect((await clean()).stderr).toBe(
      '0 sessions went to the trash.\n2 sessions that were deleted more than 30 days ago: erased from the trash.\n',
    );
    expect([top, child, other, outside].map((folder) => fs.existsSync(folder))).toEqual([
      false,
      false,
      true,
      true,
    ]);

    // Whoever deletes one has the rest erased, by the days of their own settings and of no project’s.
    fs.utimesSync(other, Date.now() / 1000 - 3 * 86_400, Date.now() / 1000 - 3 * 86_400);
    fs.appendFileSync(path.join(room.folder, '.amplifier', 'settings.yaml'), 'sessions: { trash_days: 1 }\n');
    await clean();
    expect(fs.existsSync(other)).toBe(true);
    fs.writeFileSync(settings, 'sessions: { trash_days: 2 }\n');
    const fresh = await room.run(['session', 'delete', 'fresh']);
    expect(fresh.stderr).toBe('1 session that was deleted more than 2 days ago: erased from the trash.\n');
    expect(fs.existsSync(other)).toBe(false);
    expect(fs.existsSync(fresh.stdout.trimEnd())).toBe(true);
  }, 60_000);

  test('wants an age', async () => {
    const room = openCommandRoom();

    expect(await room.run(['session', 'clean', '--older-than', 'long'])).toMatchObject({
      code: 2,
      stdout: '',
    });
    expect((await room.run(['session', 'clean'])).code).toBe(2);
  });
});

describe('an id that cannot be used (DL-32)', () => {
  const commands = [['show'], ['resume'], ['rename', 'x'], ['delete']];

  test.each(commands)('%s says what is wrong with it', async (command, ...more) => {
    const room = openCommandRoom();
    await makeFamily(room, ['abc-1', 'abc-2']);
    const said = async (id: string) => {
      const { code, stderr } = await room.run(['session', command, id, ...more]);
      expect(code).toBe(2);
      return stderr;
    };

    expect(await said('nothing')).toContain(
      "Session 'nothing' not found. Session may have expired or was never created.",
    );
    expect(await said(CHILD)).toContain(`Sub-session '${CHILD}' not found.`);
    expect(await said('abc')).toMatch(/"abc" could be 2 sessions: abc-[12] .*abc-[12] /);
    expect(await said('../abc-1')).toContain('"../abc-1" is not a session id.');
    expect(idsIn(room)).toEqual(['abc-1', 'abc-2']);
  });
});

/** A session with a child and a grandchild, and another; or only these of them. */
async function makeFamily(room: CommandRoom, only?: readonly string[], at?: number): Promise<void> {
  const store = storeIn(room.home, at === undefined ? undefined : () => at);
  const family = [
    ['top', 'root', 'top', undefined],
    [CHILD, 'scout', 'below', 'top'],
    [GRANDCHILD, 'coder', 'deep', CHILD],
    ['other', 'root', 'other', undefined],
  ] as const;
  const others = (only ?? []).filter((id) => !family.some(([known]) => known === id));
  for (const [sessionId, agent, title, parentId] of [
    ...family.filter(([id]) => only?.includes(id) ?? true),
    ...others.map((id) => [id, 'root', id, undefined] as const),
  ]) {
    const session = await store.create({ cwd: room.folder, agent, sessionId, parentId });
    session.turn = 1;
    session.append(turnStarted);
    session.append({ type: 'prompt', text: title });
    session.append(message('I looked.'));
    session.append(turnFinished);
  }
  await store.close();
}

function idsIn({ home }: CommandRoom): string[] {
  return fs
    .globSync(path.join('projects', '*', 'sessions', '*'), { cwd: home })
    .map((file) => path.basename(file))
    .sort();
}
