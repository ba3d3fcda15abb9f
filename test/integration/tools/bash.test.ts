import fs from 'node:fs';
import { platform } from 'node:process';
import { afterEach, describe, expect, test } from 'vitest';
import type { ServiceDefinition } from '../../../src/sdk/define.ts';
import { createShellTools } from '../../../src/services/tools-shell/definition.ts';
import { createFolder, type Folder } from '../../builders/folder.ts';
import { peakMemory } from '../../builders/peak-memory.ts';
import { expectGone, isRunning, pidIn } from '../../builders/processes.ts';
import { type ToolCaller, toolsOf } from '../../builders/tool.ts';

const services: ServiceDefinition[] = [];
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.dispose?.()));
});

function shellIn(
  folder: Folder,
  config?: Record<string, unknown>,
  environment?: Record<string, string>,
): ToolCaller {
  const service = createShellTools();
  services.push(service);
  const path = process.env.PATH ?? '';
  return toolsOf(service, { cwd: folder.path, config, environment: { PATH: path, ...environment } });
}

describe.runIf(platform !== 'win32')('bash runs a command (RT-50)', () => {
  test('and gives what it printed and its exit code', async () => {
    using folder = createFolder({ 'a.txt': '' });
    const tools = shellIn(folder);
    expect(await tools.call('bash', { command: 'ls; echo oops >&2' })).toEqual({
      success: true,
      output: { stdout: 'a.txt\n', stderr: 'oops\n', returncode: 0, duration_ms: expect.any(Number) },
    });
    const failed = await tools.call('bash', { command: 'echo before; exit 3' });
    expect(failed).toMatchObject({ success: false, output: { stdout: 'before\n', returncode: 3 } });
    expect(failed.error).toBeUndefined();
    expect(await tools.call('bash', { command: 'kill -TERM $$' })).toMatchObject({
      output: { returncode: 143 },
    });
    expect(await tools.call('bash', { command: 'no-such-program-here' })).toMatchObject({
      output: { returncode: 127, stderr: expect.stringContaining('not found') },
    });
  });

  test('in the session folder, each time anew, in bash', async () => {
    using folder = createFolder({ 'sub/x': '' });
    const tools = shellIn(folder);
    await tools.output('bash', { command: 'cd sub; export A=1' });
    const { stdout } = await tools.output('bash', { command: 'pwd; echo "[$A]"; [[ a == a ]] && echo bash' });
    expect(stdout).toBe(`${folder.path}\n[]\nbash\n`);
  });

  test('with the environment of the service and nothing else', async () => {
    using folder = createFolder();
    const tools = shellIn(folder, undefined, { GIVEN: 'yes', ELECTRON_RUN_AS_NODE: '1' });
    process.env.PATCHBAY_TEST_SECRET = 'secret';
    try {
      const { stdout } = await tools.output('bash', { command: 'env' });
      expect(stdout).toContain('GIVEN=yes');
      expect(stdout).not.toMatch(/SECRET|ELECTRON_RUN_AS_NODE/);
    } finally {
      delete process.env.PATCHBAY_TEST_SECRET;
    }
  });

  test('with nothing to read, so that nothing waits for it', async () => {
    using folder = createFolder();
    const { stdout } = await shellIn(folder).output('bash', { command: 'read line; echo "[$line] $?"; cat' });
    expect(stdout).toBe('[] 1\n');
  });

  test('and shows its output as it comes', async () => {
    using folder = createFolder();
    const tools = shellIn(folder);
    const call = tools.output('bash', {
      command: 'echo first; until [ -e go ]; do sleep 0.02; done; echo last',
    });
    await expect.poll(() => tools.progress(), { timeout: 10_000 }).toBe('first\n');
    folder.write('go', '');
    expect((await call).stdout).toBe('first\nlast\n');
    expect(tools.progress()).toBe('first\nlast\n');
  });

  test('and keeps the beginning and the end of long output', async () => {
    using folder = createFolder();
    const output = await shellIn(folder).output('bash', { command: 'seq 1 100000' });
    expect(output.truncated).toBe(true);
    expect(output.stdout).toMatch(
      /^1\n2\n3\n[\s\S]*\[\.\.\. \d+ of 588895 bytes left out here \.\.\.\][\s\S]*\n100000\n$/,
    );
    expect((output.stdout as string).length).toBeLessThan(81_000);
  });

  test('in little memory, whatever it prints', async () => {
    using folder = createFolder();
    const tools = shellIn(folder);
    const { result, bytes } = await peakMemory(() =>
      tools.output('bash', { command: 'yes "a flood of output" | head -c 100000000' }),
    );
    expect(result.stdout).toContain('of 100000000 bytes left out');
    expect(tools.progress().length).toBeLessThan(600_000);
    expect(bytes).toBeLessThan(60_000_000);
  });

  test('several at once', async () => {
    using folder = createFolder();
    const tools = shellIn(folder);
    const [a, b] = await Promise.all([
      tools.output('bash', { command: 'touch a; until [ -e b ]; do sleep 0.02; done; echo a' }),
      tools.output('bash', { command: 'touch b; until [ -e a ]; do sleep 0.02; done; echo b' }),
    ]);
    expect([a.stdout, b.stdout]).toEqual(['a\n', 'b\n']);
  });
});

describe.runIf(platform !== 'win32')('bash leaves nothing running (RT-22, RT-50)', () => {
  const children = 'sh -c \'echo $$ > pid; trap "" TERM; while true; do sleep 60; done\' & wait';

  test('when the call is cancelled, not even what ignores the request to end', async () => {
    using folder = createFolder();
    const controller = new AbortController();
    const call = shellIn(folder).call('bash', { command: children }, controller.signal);
    const pid = await pidIn(folder);
    controller.abort();
    await expect(call).rejects.toMatchObject({ kind: 'cancelled' });
    await expectGone(pid);
  });

  test('when it takes too long, and gives what it printed', async () => {
    using folder = createFolder();
    const result = await shellIn(folder).call('bash', { command: `echo started; ${children}`, timeout: 2 });
    expect(result).toMatchObject({
      success: false,
      output: { stdout: 'started\n', timed_out: true },
      error: { message: expect.stringContaining('ended after 2 s') },
    });
    const pid = await pidIn(folder);
    await expectGone(pid);
  });

  test('when it returns and has put something into the background', async () => {
    using folder = createFolder();
    const tools = shellIn(folder);
    await tools.output('bash', { command: 'sleep 120 & echo $! > pid' });
    await tools.output('bash', { command: 'sleep 120 > /dev/null 2>&1 & echo $! > pid2' });
    for (const file of ['pid', 'pid2']) {
      const pid = await pidIn(folder, file);
      await expectGone(pid);
    }
  });

  test('but waits for what still writes the last of its output', async () => {
    using folder = createFolder();
    const { stdout } = await shellIn(folder).output('bash', { command: 'seq 1 3 > >(sleep 0.05; cat)' });
    expect(stdout).toBe('1\n2\n3\n');
  });

  test('and is not held up by what has left its group', async () => {
    using folder = createFolder();
    const { stdout } = await shellIn(folder).output('bash', {
      command: 'setsid sleep 20 & echo $! > pid; echo done',
    });
    expect(stdout).toBe('done\n');
    process.kill(await pidIn(folder), 'SIGKILL');
  });

  test('when the service is stopped', async () => {
    using folder = createFolder();
    const service = createShellTools();
    const tools = toolsOf(service, { cwd: folder.path, environment: { PATH: process.env.PATH } });
    const call = tools.call('bash', { command: children });
    const pid = await pidIn(folder);
    await service.dispose?.();
    expect((await call).success).toBe(false);
    await expectGone(pid);
  });
});

describe.runIf(platform !== 'win32')('bash in the background (RT-50)', () => {
  test('returns at once, with a log that fills while the command runs', async () => {
    using folder = createFolder();
    const tools = shellIn(folder);
    const started = await tools.output('bash', {
      command: 'echo up; until [ -e go ]; do sleep 0.02; done; echo down; exit 4',
      run_in_background: true,
    });
    expect(started).toMatchObject({ id: 'command-1', status: 'running', pid: expect.any(Number) });
    const log = () => fs.readFileSync(started.log_path as string, 'utf8');
    await expect.poll(log, { timeout: 10_000 }).toBe('up\n');
    expect(isRunning(started.pid as number)).toBe(true);
    folder.write('go', '');
    await expect.poll(log, { timeout: 10_000 }).toBe('up\ndown\n\n[ended with exit code 4]\n');
  });

  test('ends with the service', async () => {
    using folder = createFolder();
    const service = createShellTools();
    const tools = toolsOf(service, { cwd: folder.path, environment: { PATH: process.env.PATH } });
    await tools.output('bash', { command: 'echo $$ > pid; sleep 120', run_in_background: true });
    const pid = await pidIn(folder);
    await service.dispose?.();
    await expectGone(pid);
  });
});

describe('bash says clearly what it does not run (RT-50)', () => {
  test('what is dangerous', async () => {
    using folder = createFolder();
    const tools = shellIn(folder);
    expect(await tools.failure('bash', { command: 'ls && rm -rf /' })).toMatch(
      /^Command denied for safety: it deletes/,
    );
    expect(await tools.failure('bash', { command: 'sudo ls' })).toMatch(/Command denied for safety/);
  });

  test('what is empty, in a folder that is gone, or not of its shape', async () => {
    using folder = createFolder({ 'sub/a': '' });
    const tools = shellIn(folder);
    expect(await tools.failure('bash', { command: '  ' })).toMatch(/command is empty/);
    expect(await tools.failure('bash', { command: 'ls', timeout: 120_000 })).toMatch(
      /timeout: at most 600 \(seconds\)/,
    );
    fs.rmSync(folder.path, { recursive: true });
    expect(await tools.failure('bash', { command: 'ls' })).toMatch(/working folder .* does not exist/);
  });

  test.runIf(platform === 'linux')('what is too long for the system', async () => {
    using folder = createFolder();
    expect(await shellIn(folder).failure('bash', { command: `echo ${'x'.repeat(200_000)}` })).toMatch(
      /too long for the system.*script file/,
    );
  });
});
