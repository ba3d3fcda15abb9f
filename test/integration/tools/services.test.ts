import path from 'node:path';
import { platform } from 'node:process';
import { describe, expect, test } from 'vitest';
import type { ServiceSpec } from '../../../src/definitions/service-spec.ts';
import { createFolder } from '../../builders/folder.ts';
import { type Isolation, LINES, openLink, specOf } from '../../builders/links.ts';
import { expectGone, isRunning, pidIn } from '../../builders/processes.ts';

const SERVICES: Record<string, readonly string[]> = {
  'tools-files': ['read_file', 'write_file', 'edit_file'],
  'tools-search': ['glob', 'grep'],
  'tools-shell': ['bash'],
  'tools-todo': ['todo'],
};

/** As they ship: the bundles of the build. */
function built(name: string, isolation: Isolation): Promise<ServiceSpec> {
  const file = path.join(import.meta.dirname, '..', '..', '..', 'dist', 'services', `${name}.js`);
  return specOf(isolation, file, { PATH: process.env.PATH ?? '' });
}

describe.each(LINES)('as a %s (RT-4, RT-60)', (isolation) => {
  test.each(Object.keys(SERVICES))(
    '%s describes its tools so that a model can use them (RT-3)',
    async (name) => {
      await using open = openLink(await built(name, isolation));
      const { capabilities } = await open.link.call('describe', {});
      expect(capabilities.tools.map((tool) => tool.name)).toEqual(SERVICES[name]);
      for (const tool of capabilities.tools) {
        expect(tool.description.length).toBeGreaterThan(100);
        expect(tool.annotations).toMatchObject({
          read_only: expect.any(Boolean),
          destructive: expect.any(Boolean),
          idempotent: expect.any(Boolean),
        });
        expect(tool.input_schema).toMatchObject({ type: 'object', required: expect.any(Array) });
        const properties = Object.values(
          tool.input_schema.properties as Record<string, { description?: string }>,
        );
        expect(properties.length).toBeGreaterThan(0);
        for (const { description } of properties) expect(description).toMatch(/\w{2}/);
      }
    },
  );

  test('the file and search tools work', async () => {
    using folder = createFolder();
    await using files = openLink(await built('tools-files', isolation));
    await using search = openLink(await built('tools-search', isolation));
    const cwd = folder.path;
    const write = { name: 'write_file', input: { file_path: 'src/a.ts', content: 'needle\n' }, cwd };
    expect(await files.link.call('tool.execute', write)).toMatchObject({ success: true });
    const find = { name: 'grep', input: { pattern: 'needle' }, cwd };
    expect(await search.link.call('tool.execute', find)).toMatchObject({
      output: { results: [{ file: 'src/a.ts' }] },
    });
  });
});

describe.runIf(platform !== 'win32')('the shell service as a process (RT-22)', () => {
  const command = 'sh -c \'echo $$ > pid; trap "" TERM HUP; while true; do sleep 60; done\' & wait';

  test('streams what a command prints', async () => {
    using folder = createFolder();
    await using shell = openLink(await built('tools-shell', 'process'));
    const heard: unknown[] = [];
    const result = await shell.link.call(
      'tool.execute',
      { name: 'bash', input: { command: 'echo hello' }, cwd: folder.path, call_id: 'call-7' },
      { onNotification: (name, payload) => heard.push([name, payload]) },
    );
    expect(result).toMatchObject({ success: true, output: { stdout: 'hello\n' } });
    expect(heard).toEqual([['stream.tool.progress', expect.objectContaining({ text: 'hello\n' })]]);
  });

  test.each([
    ['is stopped', async ({ link }: ReturnType<typeof openLink>) => link.stop()],
    [
      'is killed without a word',
      async ({ link }: ReturnType<typeof openLink>) => process.kill(link.pid!, 'SIGKILL'),
    ],
  ])('leaves no command running when it %s', async (_, end) => {
    using folder = createFolder();
    await using shell = openLink(await built('tools-shell', 'process'));
    const input = { command };
    const call = shell.link
      .call('tool.execute', { name: 'bash', input, cwd: folder.path })
      .catch((error) => error);
    const pid = await pidIn(folder);
    expect(isRunning(pid)).toBe(true);
    await end(shell);
    await shell.link.exited;
    await call;
    await expectGone(pid);
  });

  test('leaves none running when a call is cancelled', async () => {
    using folder = createFolder();
    await using shell = openLink(await built('tools-shell', 'process'));
    const controller = new AbortController();
    const call = shell.link.call(
      'tool.execute',
      { name: 'bash', input: { command }, cwd: folder.path },
      { signal: controller.signal },
    );
    const pid = await pidIn(folder);
    controller.abort();
    await expect(call).rejects.toMatchObject({ kind: 'cancelled' });
    await expectGone(pid);
    const after = { name: 'bash', input: { command: 'echo still here' }, cwd: folder.path };
    expect(await shell.link.call('tool.execute', after)).toMatchObject({
      output: { stdout: 'still here\n' },
    });
  });
});
