/** `patchbay routing …` and `patchbay usage` (DL-41, DL-42, AT-85). */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { eventsOf, openCommandRoom } from '../../builders/command-line.ts';

describe('patchbay routing', () => {
  test('lists the matrices and marks the one in use; one’s own hides the shipped one', async () => {
    const room = openCommandRoom({ routing: { matrix: 'economy' } });
    const own = path.join(room.home, 'routing', 'quality.yaml');
    fs.mkdirSync(path.dirname(own), { recursive: true });
    const role = '{ candidates: [{ provider: openai, model: m }] }';
    fs.writeFileSync(own, `name: quality\ndescription: Mine\nroles: { general: ${role}, fast: ${role} }\n`);
    fs.writeFileSync(path.join(room.home, 'routing', 'broken.yaml'), 'name: broken\nroles: {}\n');

    const { code, stdout, stderr } = await room.run(['routing', 'list']);

    expect(code).toBe(0);
    expect(stdout).toMatch(/^\* economy /m);
    expect(stdout).toMatch(/^ {2}balanced /m);
    expect(stdout).toMatch(/^ {2}quality +Mine \(your own, instead of the shipped one\)$/m);
    expect(stderr).toMatch(/broken\.yaml:2:8: .*the role "general" is missing/);
  });

  test('shows what each role is now, and why', async () => {
    const room = openCommandRoom({
      routing: { overrides: { fast: [{ provider: 'openai', model: 'gpt-6-luna' }, 'base'] } },
    });

    const { code, stdout } = await room.start(['routing', 'show'], {
      OPENAI_API_KEY: 'k',
      ANTHROPIC_API_KEY: '',
    }).ended;

    expect(code).toBe(0);
    expect(stdout).toContain('providers set up: openai\n');
    expect(stdout).toMatch(/^ {2}coding +openai → gpt-[\d.]+-sol$/m);
    expect(stdout).toMatch(/^ {2}reasoning +openai → gpt-[\d.]+-sol \(reasoning effort high\)$/m);
    expect(stdout).toMatch(/^ {2}fast +openai → gpt-6-luna \[changed by the settings\]$/m);
    expect(stdout).toContain('role "coding" of the call in matrix balanced, after 1 that cannot be had');
    const json = await room.start(['routing', 'show', 'anthropic', '--json'], { ANTHROPIC_API_KEY: 'k' })
      .ended;
    expect(JSON.parse(json.stdout)).toMatchObject({
      name: 'anthropic',
      providers: expect.arrayContaining(['anthropic']),
    });
  });

  test('uses another one from now on, and leaves the rest of the settings as it was', async () => {
    const room = openCommandRoom();
    const file = path.join(room.home, 'settings.yaml');
    fs.writeFileSync(file, '# mine\nlimits:\n  iterations: 9 # enough\n');

    const { code, stdout } = await room.run(['routing', 'use', 'quality']);

    expect(code).toBe(0);
    expect(stdout).toContain('quality is the routing matrix now');
    expect(fs.readFileSync(file, 'utf8')).toBe(
      '# mine\nlimits:\n  iterations: 9 # enough\nrouting:\n  matrix: quality\n',
    );
    expect((await room.run(['routing', 'list'])).stdout).toMatch(/^\* quality /m);
  });

  test('says so when the folder’s own settings still name another', async () => {
    const room = openCommandRoom({ routing: { matrix: 'economy' } });
    const { code, stderr } = await room.run(['routing', 'use', 'quality']);
    expect(code).toBe(0);
    expect(stderr).toContain('"economy" still counts');
    expect((await room.run(['routing', 'use', 'quality', '--project'])).stderr).toBe('');
  });

  test('refuses one that does not exist, with those that do', async () => {
    const room = openCommandRoom();
    const { code, stderr } = await room.run(['routing', 'use', 'nothing']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/There is no routing matrix "nothing"\. Choose one of: anthropic, balanced, .*/);
    expect(fs.existsSync(path.join(room.home, 'settings.yaml'))).toBe(false);
  });
});

describe('patchbay usage', () => {
  test('adds up a session by agent and model, as a table and as JSON', async () => {
    const room = openCommandRoom();
    const run = await room.run(['run', '--json', '--approve', 'allow', 'Please write the note.']);
    const id = eventsOf(run.stdout)[0]!.session_id;

    const { code, stdout } = await room.run(['usage']);

    expect(code).toBe(0);
    expect(stdout).toContain(`session ${id}\n`);
    expect(stdout).toMatch(/^agent +model +requests +in +out +cached +cost +latency$/m);
    expect(stdout).toMatch(/^build +replay → demo +3 +\d+ +\d+ +0 +\$0\.0000 +[\d.]+ s$/m);
    expect(stdout).toMatch(/^build: 2 tool calls/m);
    expect(stdout).toMatch(/^agent +service +calls +chars in +chars out +latency$/m);
    expect(stdout).toMatch(/^build +tools-files +1 +\d+ +\d+ +[\d.]+ s$/m);
    expect(stdout).toMatch(/^agent runs: 1, [\d.]+ s$/m);
    const json = JSON.parse((await room.run(['usage', id.slice(0, 8), '--json'])).stdout);
    expect(json).toMatchObject({
      session_id: id,
      models: [{ agent: 'build', provider: 'replay', model: 'demo', requests: 3, failed: 0, cost_usd: 0 }],
      tools: [{ agent: 'build', tool_calls: 2 }],
      services: [
        { agent: 'build', service: 'tools-files', calls: 1, failed: 0 },
        { agent: 'build', service: 'tools-shell', calls: 1, failed: 0 },
      ],
      runs: 1,
      total: { requests: 3, cost_usd: 0 },
    });
  });

  test('of a folder without sessions says what to do', async () => {
    const { code, stderr } = await openCommandRoom().run(['usage']);
    expect(code).toBe(2);
    expect(stderr).toContain('There are no sessions in this folder yet. Run a prompt first');
  });
});
