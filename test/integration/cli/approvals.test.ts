/** Questions in a terminal: answered on the input, or by what `--approve` says. */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CommandRoom, eventsOf, openCommandRoom } from '../../builders/command-line.ts';
import { ofType } from '../../builders/host-turns.ts';

const WRITE = 'Please write the note.';
const hasNote = ({ folder }: CommandRoom) => fs.existsSync(path.join(folder, 'note.txt'));
const denials = (stdout: string) =>
  ofType(eventsOf(stdout), 'approval.answered').filter(({ granted }) => !granted);

describe('patchbay run --approve ask (RT-42)', () => {
  test('asks with what would be done, and is answered by number, with a reason', async () => {
    const room = openCommandRoom();
    const command = room.start(['run', '--approve', 'ask', WRITE]);

    const [question] = await command.until(/^build: .*\n {2}note\.txt\n[\s\S]*?\[1\] Allow once.*$/m);
    expect(question).toContain('hook approval');
    command.type('1\n');
    const [, deny] = await command.until(/^build: .*\n {2}ls\n[\s\S]*?\[(\d)\] Deny.*$/m);
    command.type(`${deny} I know what is in it\n`);
    const { code, stdout, stderr } = await command.ended;

    expect(code).toBe(0);
    expect(hasNote(room)).toBe(true);
    expect(stdout).toContain('The note is there; you did not allow the listing.');
    expect(stderr).toContain('Allow once (by person)');
    expect(stderr).toContain('Deny (by person: I know what is in it)');
  });

  test('takes answers that were piped in before the questions were asked', async () => {
    const room = openCommandRoom();

    const { code, stdout } = await room.run(['run', '--approve', 'ask', WRITE], '1\nAllow once\n');

    expect(code).toBe(0);
    expect(stdout).toContain('The note is in the folder.');
  });

  test('asks again after a line that is no answer', async () => {
    const room = openCommandRoom();
    const command = room.start(['run', '--approve', 'ask', WRITE]);
    await command.until(/\[1\] Allow once/);
    command.type('perhaps\n');
    await command.until(/Type a number from 1 to \d, with a reason if you like\./);
    command.type('1\n1\n');

    const { stdout } = await command.ended;

    expect(stdout).toContain('The note is in the folder.');
  });

  test('denies when the input ends before there is an answer, rather than wait for nobody', async () => {
    const room = openCommandRoom();

    const { code, stdout } = await room.run(['run', '--json', '--approve', 'ask', WRITE]);

    expect(code).toBe(0);
    expect(denials(stdout)).toMatchObject([{ reason: expect.stringContaining('the input ended') }]);
    expect(hasNote(room)).toBe(false);
  });

  test('--json keeps the question on stderr, so that stdout stays one event per line', async () => {
    const room = openCommandRoom();

    const { stdout, stderr } = await room.run(['run', '--json', '--approve', 'ask', WRITE], '1\n1\n');

    expect(stderr).toContain('[1] Allow once');
    expect(ofType(eventsOf(stdout), 'approval.answered')).toMatchObject([
      { choice: 'Allow once', by: 'person' },
      { choice: 'Allow once', by: 'person' },
    ]);
  });
});

describe('without a person (RT-42)', () => {
  test('--approve deny refuses what would have to be asked, and the model is told', async () => {
    const room = openCommandRoom();

    const { code, stdout } = await room.run(['run', '--approve', 'deny', WRITE]);

    expect(code).toBe(0);
    expect(stdout).toContain('You did not allow the note.');
    expect(hasNote(room)).toBe(false);
  });

  test('--approve allow asks nothing', async () => {
    const room = openCommandRoom({ approvals: { mode: 'deny' } });

    const { stdout } = await room.run(['run', '--json', '--approve', 'allow', WRITE]);

    expect(ofType(eventsOf(stdout), 'approval.requested')).toEqual([]);
    expect(hasNote(room)).toBe(true);
  });

  test('the settings decide when nothing is said', async () => {
    const [asking, allowing] = [openCommandRoom(), openCommandRoom({ approvals: { mode: 'allow' } })];

    const [denied, allowed] = await Promise.all([asking.run(['run', WRITE]), allowing.run(['run', WRITE])]);

    expect(denied.stdout).toContain('You did not allow the note.');
    expect(hasNote(asking)).toBe(false);
    expect(allowed.stdout).toContain('The note is in the folder.');
    expect(hasNote(allowing)).toBe(true);
  });
});
