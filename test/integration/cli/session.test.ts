/** `patchbay session list|show|resume`. */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { SessionHead } from '../../../src/protocol/session-head.ts';
import { type CommandRoom, eventsOf, openCommandRoom } from '../../builders/command-line.ts';
import { finished, ofType } from '../../builders/host-turns.ts';

const WRITE = 'Please write the note.';

describe('patchbay session list', () => {
  test('says that there are none', async () => {
    const { code, stdout, stderr } = await openCommandRoom().run(['session', 'list']);

    expect(code).toBe(0);
    expect(stdout).toBe('');
    expect(stderr).toBe('There are no sessions here yet.\n');
  });

  test('lists the sessions of the folder, newest first, for people and for programs', async () => {
    const room = openCommandRoom();
    await room.run(['run', 'the first']);
    await room.run(['run', 'the second']);

    const text = await room.run(['session', 'list']);
    const json = await room.run(['session', 'list', '--json']);

    const lines = text.stdout.trimEnd().split('\n');
    expect(lines.map((line) => line.split(/\s{2,}/).slice(2))).toEqual([
      ['idle', 'build', 'the second'],
      ['idle', 'build', 'the first'],
    ]);
    const heads = json.stdout.trimEnd().split('\n');
    expect(heads.map((line) => SessionHead.parse(JSON.parse(line)).title)).toEqual([
      'the second',
      'the first',
    ]);
  });

  test('lists those of other folders with --all', async () => {
    const room = openCommandRoom();
    await room.run(['run', 'here']);

    const elsewhere = await room.run(['session', 'list', '--cwd', room.home]);
    const everywhere = await room.run(['session', 'list', '--cwd', room.home, '--all']);

    expect(elsewhere.stdout).toBe('');
    expect(everywhere.stdout).toContain('here');
  });
});

describe('patchbay session show', () => {
  test('prints what happened as text, and as events with --json', async () => {
    const room = openCommandRoom();
    const run = await room.run(['run', '--json', '--approve', 'allow', WRITE]);
    const ran = eventsOf(run.stdout);
    const id = ran[0]!.session_id;

    const text = await room.run(['session', 'show', id.slice(0, 10)]);
    const json = await room.run(['session', 'show', id, '--json']);

    expect([text.code, json.code]).toEqual([0, 0]);
    expect(text.stdout).toContain(`> ${WRITE}`);
    expect(text.stdout).toContain('The note is in the folder.');
    const stored = eventsOf(json.stdout);
    expect(stored.map(({ seq }) => seq)).toEqual(stored.map((_, index) => index + 1));
    expect(finished(stored)).toEqual(finished(ran));
  });

  test('follows a turn of another process to its end (DL-35)', async () => {
    const room = openCommandRoom();
    const running = room.start(['run', '--json', '--approve', 'ask', WRITE]);
    const [, id] = await running.until(/"session_id":"([0-9a-f-]{36})"/, 'stdout');
    await vi.waitFor(() => expect(logOf(room, id!)).toContain('"approval.requested"'), { timeout: 10_000 });

    const follower = room.start(['session', 'show', id!, '--follow', '--json']);
    await follower.until(/"approval\.requested"/, 'stdout');
    running.type('1\n1\n');
    const [followed, ran] = await Promise.all([follower.ended, running.ended]);

    expect([followed.code, ran.code]).toEqual([0, 0]);
    const events = eventsOf(followed.stdout);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(events.at(-1)).toEqual(finished(eventsOf(ran.stdout)));
  });

  test.each(['show', 'resume'])('%s of a session that does not exist is a usage error', async (what) => {
    const { code, stdout, stderr } = await openCommandRoom().run(['session', what, 'nothing']);

    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('nothing');
  });
});

describe('patchbay session resume (RT-33)', () => {
  test('finishes a turn whose process was killed', async () => {
    const room = openCommandRoom({}, 'long-answer.yaml');
    const command = room.start(['run', '--json', 'tell me']);
    await command.until(/"type":"assistant\.delta"/, 'stdout');
    command.kill('SIGKILL');
    await command.ended;
    const listed = await room.run(['session', 'list']);
    expect(listed.stdout).toContain('interrupted');
    const id = listed.stdout.split(' ', 1)[0]!;

    const { code, stdout } = await room.run(['session', 'resume', id]);

    expect(code).toBe(0);
    expect(stdout).toMatch(/^One two three[\s\S]*the answer ends\.\n$/);
    expect((await room.run(['session', 'list'])).stdout).toContain('idle');
  });

  test('asks the question again that waited, and takes its answer', async () => {
    const room = openCommandRoom();
    const command = room.start(['run', '--json', '--approve', 'ask', WRITE]);
    const [, id] = await command.until(/"session_id":"([0-9a-f-]{36})"/, 'stdout');
    // It is printed at once and on disk a moment later.
    await vi.waitFor(() => expect(logOf(room, id!)).toContain('"approval.requested"'), { timeout: 10_000 });
    command.kill('SIGKILL');
    await command.ended;

    const { code, stdout, stderr } = await room.run(
      ['session', 'resume', id!, '--json', '--approve', 'ask'],
      '1\n1\n',
    );

    expect(code).toBe(0);
    expect(stderr).toContain('note.txt');
    const events = eventsOf(stdout);
    expect(ofType(events, 'approval.requested').map(({ subject }) => subject.tool_name)).toEqual(['bash']);
    expect(ofType(events, 'tool.finished')).toMatchObject([
      { name: 'write_file', success: true },
      { name: 'bash', success: true },
    ]);
  });
});

function logOf({ home }: CommandRoom, id: string): string {
  const [file] = fs.globSync(path.join('projects', '*', 'sessions', id, 'events.jsonl'), { cwd: home });
  return file === undefined ? '' : fs.readFileSync(path.join(home, file), 'utf8');
}
