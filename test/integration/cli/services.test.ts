/** `patchbay services`: what is described, by whom, how isolated. */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openCommandRoom } from '../../builders/command-line.ts';
import { FIXTURES } from '../../builders/links.ts';

const held = { 'held-tools': { entry: path.join(FIXTURES, 'held-tools.ts') } };

describe('patchbay services (RT-11)', () => {
  test('lists every service with its isolation, origin and what it offers', async () => {
    const room = openCommandRoom({ services: held });
    const settings = path.join(room.folder, '.amplifier', 'settings.yaml');

    const { code, stdout, stderr } = await room.run(['services']);

    expect(stderr).toBe('');
    expect(code).toBe(0);
    const lines = new Map(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => [line.split(' ', 1)[0]!, line]),
    );
    expect(lines.get('loop-streaming')).toMatch(/ thread +built-in +orchestrators: streaming$/);
    expect(lines.get('tools-shell')).toMatch(
      / process +built-in +tools: bash; in the system prompt: how to use bash$/,
    );
    expect(lines.get('tools-files')).toMatch(
      /tools: read_file, write_file, edit_file; in the system prompt: how to use edit_file$/,
    );
    expect(lines.get('hook-approval')).toMatch(/hooks: approval$/);
    expect(lines.get('held-tools')).toContain(` thread   ${settings} `);
    expect(lines.get('held-tools')).toMatch(/tools: note, hold, much$/);
  });

  test('--json prints one service per line', async () => {
    const { code, stdout } = await openCommandRoom({ services: held }).run(['services', '--json']);

    expect(code).toBe(0);
    const services = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { name: string });
    expect(services.find(({ name }) => name === 'provider-replay')).toMatchObject({
      isolation: 'thread',
      origin: 'built-in',
      capabilities: { providers: [{ name: 'replay' }] },
    });
    expect(services.find(({ name }) => name === 'held-tools')).toMatchObject({
      capabilities: { tools: [{ name: 'note' }, { name: 'hold' }, { name: 'much' }] },
    });
  });

  test('names a service that cannot be described, says why, and exits with 1', async () => {
    const room = openCommandRoom({ services: { missing: { command: ['no-such-program-anywhere'] } } });

    const { code, stdout } = await room.run(['services']);
    const json = await room.run(['services', '--json']);

    expect(code).toBe(1);
    expect(stdout).toMatch(/^missing +process .*cannot be described: .*no-such-program-anywhere/m);
    expect(stdout).toMatch(/^loop-streaming /m);
    const described = json.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(described.at(-1)).toMatchObject({
      name: 'missing',
      error: { kind: expect.any(String), message: expect.stringContaining('no-such-program-anywhere') },
    });
  });

  test('describes a service that is not allowed yet with nothing granted, and says what that means (RT-8)', async () => {
    const program = "require('fs').readFileSync('/')";
    const room = openCommandRoom({ services: { nosy: { command: ['node', '-e', program] } } });

    const { code, stdout } = await room.run(['services']);

    expect(code).toBe(1);
    expect(stdout).toMatch(/^nosy .*"nosy" reached for what it was not granted/m);
  });

  test('reports a broken settings file with its place', async () => {
    const room = openCommandRoom();
    const file = path.join(room.folder, '.amplifier', 'settings.local.yaml');
    fs.writeFileSync(file, 'services:\n  mine:\n    comand: [x]\n');

    const { code, stdout, stderr } = await room.run(['services']);

    expect(code).toBe(0);
    expect(stderr).toMatch(/settings\.local\.yaml:3:\d+: services\.mine/);
    expect(stdout).toMatch(/^tools-files /m);
  });
});
