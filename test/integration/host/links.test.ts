/** The same contract on a thread link, a process link and an HTTP link (RT-2, RT-4, RT-60). */
import { describe, expect, it, vi } from 'vitest';
import { PatchbayError } from '../../../src/protocol/errors.ts';
import { LINES, openLink, specOf } from '../../builders/links.ts';

const failureOf = async (promise: Promise<unknown>): Promise<PatchbayError> => {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(PatchbayError);
  return error as PatchbayError;
};
const tool = (name: string, input: Record<string, unknown> = {}) => ({ name, input });

describe.each(LINES)('a %s link', (isolation) => {
  const open = async (options: Parameters<typeof openLink>[1] = {}) =>
    openLink(await specOf(isolation, 'faulty-tools.ts', options.env), options);

  it('describes the service and runs its tools (RT-3)', async () => {
    await using opened = await open();
    const manifest = await opened.link.call('describe', {});
    expect(manifest.capabilities.tools.map(({ name }) => name)).toContain('echo');
    const result = await opened.link.call(
      'tool.execute',
      tool('echo', { text: 'grüße', nested: { a: [1, null] } }),
    );
    expect(result).toMatchObject({ success: true, output: { text: 'grüße', nested: { a: [1, null] } } });
  });

  it('serves many calls at once and keeps their answers apart (RT-13)', async () => {
    await using opened = await open();
    const numbers = Array.from({ length: 50 }, (_, index) => index);
    const results = await Promise.all(
      numbers.map((n) => opened.link.call('tool.execute', tool('echo', { n }))),
    );
    expect(results.map((result) => (result.output as { n: number }).n)).toEqual(numbers);
  });

  it('delivers the notifications of a call to that call, in order, before its result', async () => {
    await using opened = await open();
    const texts: string[] = [];
    const onNotification = (_name: string, payload: unknown) =>
      texts.push((payload as { text: string }).text);
    const call = opened.link.call('tool.execute', tool('progress'), { onNotification });
    await call;
    expect(texts.join('')).toBe(Array.from({ length: 100 }, (_, index) => `${index} `).join(''));
  });

  it('gives the service the environment it was given and nothing else (RT-8)', async () => {
    await using opened = await open({ env: { COLOUR: 'green' } });
    const { output } = await opened.link.call('tool.execute', tool('environment'));
    expect(output).toMatchObject({ COLOUR: 'green' });
    expect(Object.keys(output as object)).not.toContain('HOME');
  });

  it('leaves the host environment as it was', async () => {
    const before = JSON.stringify(process.env);
    await using opened = await open({ env: { COLOUR: 'green' } });
    await opened.link.call('tool.execute', tool('environment'));
    expect(JSON.stringify(process.env)).toBe(before);
  });

  it('tells a failed tool from a broken one', async () => {
    await using opened = await open();
    const failed = await opened.link.call('tool.execute', tool('fail'));
    expect(failed).toMatchObject({
      success: false,
      output: { detail: 42 },
      error: { message: 'could not do it' },
    });
    const broken = await failureOf(opened.link.call('tool.execute', tool('throw')));
    expect(broken).toMatchObject({ kind: 'tool', message: 'a bug', service: 'faulty-tools' });
  });

  it('names an unknown tool, method and bad input', async () => {
    await using opened = await open();
    expect(await failureOf(opened.link.call('tool.execute', tool('nothing')))).toMatchObject({
      code: -32602,
    });
    const unknown = opened.link.call('nonsense' as 'ping', {});
    expect(await failureOf(unknown)).toBeInstanceOf(PatchbayError);
  });

  it.each(['exit', 'throw_later'])(
    '%s fails its call and all others with "crashed" (RT-30)',
    async (name) => {
      await using opened = await open();
      const other = failureOf(opened.link.call('tool.execute', tool('never')));
      const error = await failureOf(opened.link.call('tool.execute', tool(name, { code: 3 })));
      expect(error).toMatchObject({ kind: 'crashed', service: 'faulty-tools' });
      expect(await other).toMatchObject({ kind: 'crashed' });
      expect((await opened.link.exited).crashed).toBe(true);
      expect(await failureOf(opened.link.call('ping', {}))).toMatchObject({ kind: 'crashed' });
    },
  );

  it('ends a call whose time is over and the service that will not come to rest (RT-30)', async () => {
    await using opened = await open({ times: { cancelGraceMs: 50 } });
    await opened.link.call('ping', {});
    const error = await failureOf(opened.link.call('tool.execute', tool('spin'), { timeoutMs: 100 }));
    expect(error).toMatchObject({ kind: 'timeout', service: 'faulty-tools' });
    expect((await opened.link.exited).crashed).toBe(true);
  });

  it('gives up a call that is silent for too long, not one that keeps talking', async () => {
    await using opened = await open({ times: { cancelGraceMs: 50 } });
    const onNotification = () => undefined;
    const talking = opened.link.call('tool.execute', tool('progress'), { silenceMs: 5_000, onNotification });
    expect(await talking).toMatchObject({ success: true });
    const silent = opened.link.call('tool.execute', tool('never'), { silenceMs: 50, onNotification });
    expect(await failureOf(silent)).toMatchObject({ kind: 'timeout', service: 'faulty-tools' });
  });

  it('cancels a call at once and lets a service that obeys live', async () => {
    await using opened = await open({ times: { cancelGraceMs: 60_000 } });
    const abort = new AbortController();
    const call = failureOf(
      opened.link.call('tool.execute', tool('until_cancelled'), { signal: abort.signal }),
    );
    await opened.link.call('ping', {});
    abort.abort();
    expect(await call).toMatchObject({ kind: 'cancelled' });
    await expect(opened.link.call('tool.execute', tool('echo', { alive: true }))).resolves.toMatchObject({
      success: true,
    });
  });

  it('answers what a service asks of the host, and refuses what is not in the table', async () => {
    const onRequest = vi.fn(async (method: string, params: unknown) => {
      if (method === 'request.state_get') return { value: (params as { key: string }).key };
      throw new PatchbayError('protocol', `Unknown request "${method}".`, { code: -32601 });
    });
    await using opened = await open({ onRequest });
    const asked = await opened.link.call('tool.execute', tool('ask_state'));
    expect(asked.output).toEqual({ value: 'colour' });
    expect(await failureOf(opened.link.call('tool.execute', tool('ask_unknown')))).toMatchObject({
      kind: 'protocol',
    });
  });

  it('keeps what the service prints as its log, away from the line', async () => {
    await using opened = await open();
    await opened.link.call('tool.execute', tool('print'));
    await vi.waitFor(() =>
      expect(opened.logs).toEqual(expect.arrayContaining(['a line on stdout', 'a line on stderr'])),
    );
    expect(opened.link.logTail()).toContain('a line on stderr');
  });

  it('stops when asked, and may be stopped twice (RT-22)', async () => {
    const opened = await open();
    await opened.link.call('ping', {});
    await Promise.all([opened.link.stop(), opened.link.stop()]);
    expect(await opened.link.exited).toMatchObject({ crashed: false });
  });

  it('ends a service that will not stop', async () => {
    const opened = await open({
      times: { threadStopMs: 50, processStopMs: 50, processKillMs: 50, cancelGraceMs: 60_000 },
    });
    await opened.link.call('ping', {});
    const spinning = failureOf(opened.link.call('tool.execute', tool('spin')));
    await opened.link.stop();
    expect(await spinning).toMatchObject({ kind: 'crashed' });
  });
});

describe('a process link', () => {
  it('says what is wrong with a program that does not exist', async () => {
    const spec = {
      ...(await specOf('process', 'faulty-tools.ts')),
      command: ['no-such-program-anywhere'],
    } as const;
    await using opened = openLink(spec as Parameters<typeof openLink>[0]);
    const error = await failureOf(opened.link.call('describe', {}));
    expect(error.message).toContain('no-such-program-anywhere');
    expect(error.message).toContain('no such program');
  });

  it('ends what the service started, with it (RT-22)', async () => {
    const opened = openLink(await specOf('process', 'faulty-tools.ts'));
    const { output: pid } = await opened.link.call('tool.execute', tool('fork'));
    expect(isAlive(pid as number)).toBe(true);
    await opened.link.stop();
    await vi.waitFor(() => expect(isAlive(pid as number)).toBe(false), { timeout: 5_000 });
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
