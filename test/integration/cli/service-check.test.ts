/** `patchbay service check`: what is built in passes, what is broken is told with its remedy, for people and scripts. */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openCommandRoom } from '../../builders/command-line.ts';
import { FIXTURES } from '../../builders/links.ts';

const broken = (file: string) => path.join(FIXTURES, 'broken', file);

describe('patchbay service check', () => {
  test('passes a built-in service, which leaves nothing of the check in the home', async () => {
    const room = openCommandRoom();
    const { code, stdout } = await room.run(['service', 'check', 'hook-logging']);

    expect([stdout, code]).toEqual([expect.stringMatching(/^\d+ ok, 0 failed, 0 skipped$/m), 0]);
    expect(fs.readdirSync(room.home)).toEqual([]);
  });

  test('prints a row for each check, the remedy of what failed, and exits with 1', async () => {
    const room = openCommandRoom();
    const file = broken('accepts-anything.mjs');
    const { code, stdout, stderr } = await room.run(['service', 'check', '--process', file]);

    expect(code).toBe(1);
    expect(stdout).toMatch(/^ok {6}tool count: valid input +\{"text":"sample"\} gave 6$/m);
    expect(stdout).toMatch(
      /^failed {2}tool count: invalid input +It accepted \{\} .* "text" is missing\.\n {8}→ Check the input/m,
    );
    expect(stdout).toMatch(/\d+ ok, 2 failed, 0 skipped\n$/);
    expect(stderr).toMatch(/Tools get made-up input and work in .+, removed at the end/);
    const [, folder] = /work in (.+), removed/.exec(stderr)!;
    expect(fs.existsSync(folder!)).toBe(false);
  });

  test('takes a command with options of its own after --, and files of it relative to here', async () => {
    const room = openCommandRoom();
    fs.cpSync(broken('sound.mjs'), path.join(room.folder, 'mine.mjs'));
    const command = [process.execPath, '--no-warnings', 'mine.mjs'];
    const { code, stdout } = await room.run(['service', 'check', '--json', '--', ...command]);

    const findings = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { outcome: string });
    expect(code).toBe(0);
    expect(findings).toContainEqual({ check: 'shutdown', outcome: 'ok', remark: 'it ended itself' });
    expect(findings.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  });

  test('checks a module in a thread unless it is told otherwise', async () => {
    const room = openCommandRoom();
    const file = path.join(FIXTURES, 'letters.ts');
    const { code, stdout, stderr } = await room.run(['service', 'check', file]);

    expect([stdout, code]).toEqual([expect.stringMatching(/^ok {6}tool count: valid input/m), 0]);
    expect(stderr).toContain(`${file}, in a thread.`);
  });

  test('checks a service of the settings with its configuration (RT-7)', async () => {
    const entry = path.join(FIXTURES, 'letters.ts');
    const doubled = { entry, config: { count: { times: 2 } } };
    const wrong = { entry, config: { count: { times: 'often' } } };
    const room = openCommandRoom({ services: { doubled, wrong } });

    const { code, stdout } = await room.run(['service', 'check', 'doubled']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/valid input +\{"text":"sample"\} gave 12$/m)]);
    expect(stdout).toMatch(/^ok {6}configure count: invalid value +refused: .*times: expected number/m);

    const refused = await room.run(['service', 'check', 'wrong']);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toMatch(/^failed {2}configure +Configuration of "count": times: .*\n +→ Correct/m);
  });

  test('refuses what is neither a service nor a file, and exits with 2', async () => {
    const room = openCommandRoom();
    const missing = await room.run(['service', 'check', 'no-such-service']);
    expect(missing).toMatchObject({ code: 2, stdout: '' });
    expect(missing.stderr).toMatch(/There is no service "no-such-service"\. Name a file/);

    const file = await room.run(['service', 'check', './no-such.js']);
    expect(file).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/There is no file "\.\/no-such\.js"/),
    });
    expect(await room.run(['service', 'check'])).toMatchObject({ code: 2 });
  });
});
