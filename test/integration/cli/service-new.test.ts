/** `patchbay service new`: what it writes runs, passes its own test and the contract, and works in a turn (RT-3, RT-5). */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { Settings } from '../../../src/definitions/settings-schema.ts';
import { type CommandRoom, eventsOf, openCommandRoom } from '../../builders/command-line.ts';

const python = ['python3', 'python'].find(
  (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0,
);
const kinds = ['thread', 'process', ...(python ? ['python'] : [])];
// Thread and process are the same files: their components need no second look.
const every = kinds.flatMap((kind) =>
  (kind === 'process' ? ['tool'] : ['tool', 'hook', 'provider']).map(
    (component) => [kind, component] as const,
  ),
);

function ownTest(room: CommandRoom, kind: string) {
  const [program, args] = kind === 'python' ? [python!, ['test_service.py']] : [process.execPath, ['--test']];
  const cwd = path.join(room.folder, 'word-count');
  return spawnSync(program, args, { cwd, encoding: 'utf8' });
}

describe('patchbay service new (python needs python3 on the PATH)', () => {
  test.each(every)('%s, %s: its own test passes, and so does the check', async (kind, component) => {
    const room = openCommandRoom();
    const made = await room.run(['service', 'new', 'word-count', '--kind', kind, '--component', component]);
    expect([made.stderr, made.code]).toEqual(['', 0]);
    expect(made.stdout).toMatch(/^word-count is a service that works\.$/m);

    const own = ownTest(room, kind);
    expect([own.status, own.stdout + own.stderr]).toEqual([0, expect.stringMatching(/pass|OK/)]);

    const [, line] = /^Check the contract: +patchbay (.*)$/m.exec(made.stdout)!;
    const checked = await room.run(line!.split(' '));
    expect([checked.stdout, checked.code]).toEqual([expect.stringMatching(/ 0 failed, /), 0]);
    expect(checked.stdout).toContain(component === 'hook' ? 'hook on tool:pre' : `${component} word_count: `);
  });

  test.each(['thread', 'process', 'python'])(
    '%s: with the settings it prints, a turn uses it',
    async (kind) => {
      const room = openCommandRoom({}, 'count-words.yaml');
      const made = await room.run(['service', 'new', 'word-count', '--kind', kind]);
      const settings = Settings.parse(parse(/^services:[\s\S]*/m.exec(made.stdout)![0]));
      fs.writeFileSync(path.join(room.folder, '.amplifier', 'settings.local.yaml'), JSON.stringify(settings));

      const { code, stdout } = await room.run(['run', 'Count.', '--approve', 'allow', '--json']);

      expect(code).toBe(0);
      expect(eventsOf(stdout).filter(({ type }) => type === 'tool.finished')).toMatchObject([
        { name: 'word_count', service: 'word-count', success: true, output: { words: 4 } },
      ]);
    },
  );

  test('writes over nothing, takes no name that could not be used, and exits with 2', async () => {
    const room = openCommandRoom();
    await room.run(['service', 'new', 'mine', '--in', 'tools']);
    const file = path.join(room.folder, 'tools', 'mine', 'service.mjs');
    fs.writeFileSync(file, 'changed');

    const again = await room.run(['service', 'new', 'mine', '--in', 'tools', '--kind', 'python']);
    expect(again).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/mine is there already; nothing was/),
    });
    expect(fs.readFileSync(file, 'utf8')).toBe('changed');
    expect(fs.readdirSync(path.dirname(file))).not.toContain('service.py');

    for (const name of ['../mine', 'My Service', '']) {
      const bad = await room.run(['service', 'new', name]);
      expect(bad).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/cannot be the name of a service/),
      });
    }
    expect(await room.run(['service', 'new', 'x', '--kind', 'rust'])).toMatchObject({ code: 2 });
  });
});
