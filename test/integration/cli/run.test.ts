/** `patchbay run`: what it prints, and what its exit code tells a script. */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { eventsOf, openCommandRoom } from '../../builders/command-line.ts';
import { ofType } from '../../builders/host-turns.ts';
import { FIXTURES } from '../../builders/links.ts';
import { expectGone } from '../../builders/processes.ts';

const WRITE = 'Please write the note.';

describe('patchbay run', () => {
  test('prints the answer, and only that, on stdout; what happened on stderr; exit code 0', async () => {
    const room = openCommandRoom();

    const { code, stdout, stderr } = await room.run(['run', '--approve', 'allow', WRITE]);

    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        "I'll write the note.",
        'The note is written. Let me list the folder.',
        'The note is in the folder.',
        '',
      ].join('\n'),
    );
    expect(stderr).toContain('scripted demonstration, no model');
    expect(stderr).toMatch(/write_file note\.txt\n {2}write_file done in \d+ ms/);
    expect(stderr).toMatch(/completed \(.* · 3 requests · \d+ tokens · \$0\.00\)\n/);
    // The whole of it in one line, at the end (AT-85).
    expect(stderr).toMatch(
      /\nFIN completed in [\d.]+ s: 1 agent run, 2 tool calls \| llm 3 requests, tokens \d+ in, \d+ out, 0 cached, \$0\.0000, [\d.]+ s \| tools-\w+ .*, chars \d+ in, \d+ out, .*\nsession [0-9a-f-]{36}\n$/,
    );
    expect(fs.readFileSync(path.join(room.folder, 'note.txt'), 'utf8')).toBe('remember the milk\n');
  });

  test('--json prints one valid event per line, and nothing else', async () => {
    const room = openCommandRoom();

    const { code, stdout } = await room.run(['run', '--json', '--approve', 'allow', WRITE]);

    expect(code).toBe(0);
    const events = eventsOf(stdout);
    expect(events[0]?.type).toBe('turn.started');
    expect(events.at(-1)).toMatchObject({ type: 'turn.finished', status: 'completed' });
    expect(ofType(events, 'assistant.delta').length).toBeGreaterThan(0);
    expect(ofType(events, 'tool.finished').map(({ name }) => name)).toEqual(['write_file', 'bash']);
  });

  test('goes on in a session that is named, by its id or the beginning of it', async () => {
    const room = openCommandRoom();
    const first = await room.run(['run', '--json', WRITE]);
    const id = eventsOf(first.stdout)[0]!.session_id;

    const { code, stdout } = await room.run(['run', '--json', '--session', id.slice(0, 8), WRITE]);

    expect(code).toBe(0);
    expect(eventsOf(stdout)[0]).toMatchObject({ session_id: id, turn: 2, type: 'turn.started' });
  });

  test('keeps the agent of the session it goes on in', async () => {
    const room = openCommandRoom();
    const first = await room.run(['run', '--json', '--agent', 'explorer', WRITE]);
    const [started] = eventsOf(first.stdout);
    expect(started?.agent).toBe('explorer');

    const { stdout } = await room.run(['run', '--json', '--session', started!.session_id, WRITE]);

    expect(eventsOf(stdout)[0]?.agent).toBe('explorer');
  });

  test('works in the folder of --cwd', async () => {
    const room = openCommandRoom();
    const sub = path.join(room.folder, 'sub');
    fs.mkdirSync(path.join(sub, '.amplifier'), { recursive: true });
    fs.copyFileSync(
      path.join(room.folder, '.amplifier', 'settings.yaml'),
      path.join(sub, '.amplifier', 'settings.yaml'),
    );

    const { code } = await room.run(['run', '--approve', 'allow', '--cwd', 'sub', WRITE]);

    expect(code).toBe(0);
    expect(fs.existsSync(path.join(sub, 'note.txt'))).toBe(true);
  });

  test('reports a settings file that is broken, with its line, and goes on without it', async () => {
    const room = openCommandRoom();
    const file = path.join(room.folder, '.amplifier', 'settings.local.yaml');
    fs.writeFileSync(file, 'approvals:\n  mode: ask\n  rules: [\n');

    const { code, stdout, stderr } = await room.run(['run', '--approve', 'allow', WRITE]);

    expect(code).toBe(0);
    expect(stdout).toContain('The note is in the folder.');
    expect(stderr).toMatch(/settings\.local\.yaml:\d+: This is not valid YAML/);
    expect(stderr).toContain('Correct the line; until then the file is not used.');
  });

  test('survives a reader that has read enough', async () => {
    const room = openCommandRoom();
    const command = room.start(['run', '--json', '--approve', 'allow', WRITE]);
    await command.until(/turn\.started/, 'stdout');

    command.closeOutput();
    const { stderr } = await command.ended;

    expect(stderr).not.toContain('EPIPE');
    expect(stderr).not.toContain('    at ');
  });
});

describe('the exit code', () => {
  test('is 1 when the turn fails, with what to do on stderr', async () => {
    const room = openCommandRoom({ providers: { anthropic: {} } });

    const { code, stdout, stderr } = await room.run(['run', '--provider', 'anthropic', WRITE]);

    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/failed: .* set ANTHROPIC_API_KEY/);
  });

  test.each([
    ['an agent that does not exist', ['--agent', 'nobody', 'hi'], /no agent "nobody".*build, .*explorer/],
    ['an option that does not exist', ['--nonsense', 'hi'], /unknown option '--nonsense'/],
    ['an address that is none', ['--base-url', 'localhost', 'hi'], /Write an http or https address/],
    ['an address of another kind', ['--base-url', 'ftp://127.0.0.1', 'hi'], /Write an http or https address/],
    ['a session that does not exist', ['--session', 'nothing', 'hi'], /nothing/],
    ['a way to approve that does not exist', ['--approve', 'maybe', 'hi'], /ask, allow, deny/],
    ['no prompt', [], /missing required argument 'prompt'/],
  ])('is 2 for %s, and no session is made', async (_what, args, says) => {
    const room = openCommandRoom();

    const { code, stdout, stderr } = await room.run(['run', ...args]);

    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(says);
    expect(stderr).not.toContain('    at ');
    expect(fs.existsSync(path.join(room.home, 'projects'))).toBe(false);
  });

  test('is 3 when a limit was reached (RT-44)', async () => {
    const room = openCommandRoom({ limits: { iterations: 1 } });

    const { code, stderr } = await room.run(['run', '--approve', 'allow', WRITE]);

    expect(code).toBe(3);
    expect(stderr).toMatch(/The limit of 1 model calls .* raise "limits\.iterations"/);
    expect(stderr).toContain('limit (');
  });

  test('is 3 when a hook denied the prompt (RT-42)', async () => {
    const rules = [{ event: 'prompt:submit', result: { action: 'DENY', reason: 'closed today' } }];
    const entry = path.join(FIXTURES, 'ruled-hooks.ts');
    const room = openCommandRoom({ services: { ruled: { entry, config: { ruled: { rules } } } } });

    const { code, stdout, stderr } = await room.run(['run', '--approve', 'allow', WRITE]);

    expect(code).toBe(3);
    expect(stdout).toBe('');
    expect(stderr).toContain('closed today');
  });

  test('is 0 for help and says what is possible', async () => {
    const room = openCommandRoom();

    const { code, stdout } = await room.run(['--help']);

    expect(code).toBe(0);
    expect(stdout).toMatch(/run .*<prompt>[\s\S]*session[\s\S]*services/);
  });
});

describe('Ctrl-C', () => {
  test('stops the turn and keeps the session; exit code 130', async () => {
    const room = openCommandRoom({}, 'long-answer.yaml');
    const command = room.start(['run', 'tell me']);
    await command.until(/one two/i, 'stdout');

    command.kill('SIGINT');
    const { code, stdout, stderr } = await command.ended;

    expect(code).toBe(130);
    expect(stderr).toMatch(/cancelled \(/);
    const id = /session ([0-9a-f-]{36})/.exec(stderr)?.[1];
    const shown = await room.run(['session', 'show', id!]);
    expect(shown.stdout).toContain(stdout.trim());
  });

  test('pressed a second time waits for nobody, and leaves nobody behind (RT-22)', async () => {
    // A service that neither answers nor ends when it is asked to.
    const deaf = [
      "console.error('I am', process.pid)",
      "process.on('SIGTERM', () => {})",
      'setInterval(() => {}, 1000)',
    ].join(';');
    const room = openCommandRoom({ services: { deaf: { command: [process.execPath, '-e', deaf] } } });
    const command = room.start(['run', '--json', 'tell me']);
    const [, pid] = await command.until(/"message":"I am (\d+)"/, 'stdout');
    command.kill('SIGINT');
    await command.until(/"status":"cancelled"/, 'stdout');

    const before = performance.now();
    command.kill('SIGINT');
    const { code } = await command.ended;

    expect(code).toBe(130);
    expect(performance.now() - before).toBeLessThan(3_000);
    await expectGone(Number(pid));
  });
});
