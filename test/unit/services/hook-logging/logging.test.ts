/** The logging hook: one line for each event, in time but never in the way (RT-51). */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { projectSlug } from '../../../../src/protocol/project-slug.ts';
import { createLoggingService } from '../../../../src/services/hook-logging/definition.ts';
import { inProcess } from '../../../builders/in-process-service.ts';
import { temporaryFolder } from '../../../builders/session-home.ts';

const cwd = path.resolve('/some/project');
const token = `ghp_${'0123456789abcdefghijABCDEFGHIJ012345'}`;

describe('the logging hook', () => {
  test("writes events in order to the session's file, and has written all when the service ends", async () => {
    const { emit, end, read } = await logging();

    await emit('tool:pre', { tool_name: 'bash', tool_input: { command: 'ls' } });
    await emit('tool:post', { tool_name: 'bash', result: { output: 'a' } });
    await end();

    expect(read()).toEqual([
      {
        ts: '2026-01-02T03:04:05.000Z',
        event: 'tool:pre',
        session_id: 's1',
        agent: 'root',
        data: { tool_name: 'bash', tool_input: { command: 'ls' } },
      },
      expect.objectContaining({ event: 'tool:post', data: { tool_name: 'bash', result: { output: 'a' } } }),
    ]);
  });

  test('writes by itself soon after', async () => {
    const { emit, read } = await logging();

    await emit('prompt:submit', { prompt: 'Hello' });

    await vi.waitFor(() => expect(read()).toHaveLength(1));
  });

  test('masks secrets and cuts what is large, also a secret that the cut goes through', async () => {
    const { emit, end, read } = await logging();

    await emit('tool:post', {
      result: {
        output: `${'x '.repeat(990)}${token} ${'y'.repeat(50_000)}`,
        list: Array.from({ length: 300 }, () => 1),
      },
    });
    await end();

    const [line] = read();
    const { output, list } = (line!.data as { result: { output: string; list: unknown[] } }).result;
    expect(output).toMatch(/^(x )+\[REDACTED/);
    expect(output).toMatch(/… \(\d+ characters\)$/);
    expect(output.length).toBeLessThan(2_100);
    expect(list).toHaveLength(101);
    expect(JSON.stringify(line)).not.toContain('ghp_');
  });

  test.each([
    ['debug', ['tool:pre', 'content_block:start', 'tool:error']],
    ['info', ['tool:pre', 'tool:error']],
    ['warning', ['tool:error']],
    ['off', []],
  ])('at level %s logs %j', async (level, logged) => {
    const { emit, end, read } = await logging({ level });

    for (const event of ['tool:pre', 'content_block:start', 'tool:error']) await emit(event, {});
    await end();

    expect(read().map((line) => line.event)).toEqual(logged);
  });

  test('logs nothing without a folder, without a session, or for one whose name leads elsewhere', async () => {
    const { emit, end, folder } = await logging();
    const silent = await logging({ folder: undefined });

    await emit('tool:pre', { session_id: undefined });
    await emit('tool:pre', { session_id: '../../x' });
    await silent.emit('tool:pre', {});
    await Promise.all([end(), silent.end()]);

    expect(fs.readdirSync(folder)).toEqual([]);
    expect(fs.readdirSync(silent.folder)).toEqual([]);
  });

  test('that cannot write says so once, in its log, and holds nobody up', async () => {
    const { emit, end, folder, notifications } = await logging();
    fs.writeFileSync(path.join(folder, projectSlug(cwd)), 'in the way');

    const results = [await emit('tool:pre', {}), await emit('tool:post', {})];
    await end();
    await emit('tool:pre', {});
    await end();

    expect(results.map((result) => result.action)).toEqual(['CONTINUE', 'CONTINUE']);
    expect(notifications).toEqual([
      {
        name: 'log',
        payload: expect.objectContaining({
          level: 'warning',
          message: expect.stringContaining('cannot be written'),
        }),
      },
    ]);
  });

  test('lets everything go on when it fails itself', async () => {
    const { manifest } = await logging();

    expect(manifest.capabilities.hooks).toEqual([
      expect.objectContaining({ name: 'logging', events: ['*'], priority: 100, on_failure: 'allow' }),
    ]);
  });
});

async function logging(config: Record<string, unknown> = {}) {
  const folder = temporaryFolder();
  const definition = createLoggingService();
  const service = inProcess(definition);
  const end = async () => definition.dispose?.();
  onTestFinished(end);
  await service.call('configure', { config: { logging: { folder, ...config } } });
  return {
    folder,
    end,
    notifications: service.notifications,
    manifest: await service.call('describe', {}),
    emit: (event: string, data: Record<string, unknown>) =>
      service.call('hook.emit', {
        event,
        data: { session_id: 's1', agent: 'root', cwd, timestamp: '2026-01-02T03:04:05.000Z', ...data },
      }),
    read: (): Record<string, unknown>[] => {
      const file = path.join(folder, projectSlug(cwd), 's1', 'events.jsonl');
      if (!fs.existsSync(file)) return [];
      return fs
        .readFileSync(file, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
    },
  };
}
