/** What a service answers to each method, and with which code it refuses (protocol.md §1, §2). */
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { PatchbayError } from '../../../src/protocol/errors.ts';
import type { ServiceDefinition } from '../../../src/sdk/define.ts';
import {
  defineContextManager,
  defineHook,
  defineOrchestrator,
  defineProvider,
  defineTool,
  ToolFailure,
} from '../../../src/sdk/index.ts';
import { inProcess } from '../../builders/in-process-service.ts';

const anything = z.looseObject({});
const withTool = (execute: Parameters<typeof defineTool>[0]['execute']): ServiceDefinition => ({
  name: 'tools',
  tools: [defineTool({ name: 'it', description: 'Does it.', input: anything, execute })],
});

async function failureOf(promise: Promise<unknown>): Promise<PatchbayError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(PatchbayError);
  return error as PatchbayError;
}

describe('a service', () => {
  const service = inProcess({ name: 'empty' });

  it.each([
    ['tool.execute', { name: 'x', input: {} }, 'Unknown tool "x".'],
    ['provider.complete', { request: { messages: [] } }, 'This service has no provider.'],
    ['provider.models', { provider: 'x' }, 'Unknown provider "x".'],
    ['context.clear', {}, 'This service has no context manager.'],
    [
      'orchestrator.execute',
      { prompt: '', system_prompt: '', config: {}, orchestrator: 'x' },
      'Unknown orchestrator "x".',
    ],
    ['content.read', { path: '../secret' }, 'No content at "../secret".'],
  ] as const)('refuses %s for what it has not with invalid params', async (method, params, message) => {
    expect(await failureOf(service.call(method, params))).toMatchObject({
      code: -32602,
      kind: 'config',
      service: 'empty',
      message,
    });
  });

  it.each(['nonsense', 'toString', 'request.tool_execute', ''])(
    'refuses the method "%s" as unknown',
    async (method) => {
      expect(await failureOf(service.call(method as 'ping', {}))).toMatchObject({
        code: -32601,
        kind: 'protocol',
      });
    },
  );

  it.each([
    ['tool.execute', { name: 'x' }, 'input'],
    ['tool.execute', { name: 7, input: {} }, 'name'],
    ['hook.emit', { event: 'tool:pre', data: 'x' }, 'data'],
    ['provider.complete', { request: { messages: [{ content: 'x' }] } }, 'request.messages.0.role'],
    ['configure', null, 'config'],
  ] as const)('refuses %s with %j, naming the place', async (method, params, place) => {
    const error = await failureOf(service.call(method, params as never));
    expect(error).toMatchObject({ code: -32602 });
    expect(error.message).toContain(place);
  });

  it('answers a ping and a hook event nobody listens to', async () => {
    const megabyte = 1024 * 1024;
    const { heap_bytes } = (await service.call('ping', {})) as { heap_bytes: number };
    expect(heap_bytes).toBeGreaterThan(megabyte);
    expect(await service.call('hook.emit', { event: 'tool:pre', data: {} })).toEqual({ action: 'CONTINUE' });
  });
});

describe('a tool', () => {
  const call = (execute: Parameters<typeof defineTool>[0]['execute'], more = {}) =>
    inProcess(withTool(execute)).call('tool.execute', { name: 'it', input: {}, ...more });

  it.each([
    ['text', 'x', { success: true, output: 'x' }],
    ['nothing', undefined, { success: true, output: null }],
    ['a list', [1], { success: true, output: [1] }],
    ['an object', { rows: 3 }, { success: true, output: { rows: 3 } }],
    ['a whole result', { success: false, error: { message: 'no' } }, { success: false, output: null }],
  ])('may return %s', async (_what, value, result) => {
    expect(await call(() => value)).toMatchObject(result);
  });

  it('that cannot do it tells the model why, and what there was', async () => {
    const failing = call(() => {
      throw new ToolFailure('exit code 1', { stdout: 'half' });
    });
    expect(await failing).toEqual({
      success: false,
      output: { stdout: 'half' },
      error: { message: 'exit code 1' },
    });
    const silent = call(async () => {
      throw new ToolFailure('no such file');
    });
    expect(await silent).toMatchObject({ success: false, output: 'no such file' });
  });

  it('that has a bug is an error of the service, not a result', async () => {
    const buggy = call(() => {
      throw new TypeError('undefined is not a function');
    });
    await expect(buggy).rejects.toThrow('undefined is not a function');
  });

  it('is not run with input that its schema refuses; the model is told what was wrong', async () => {
    let ran = false;
    const service = inProcess({
      name: 's',
      tools: [
        defineTool({
          name: 'head',
          description: '',
          input: z.object({ path: z.string(), lines: z._default(z.number(), 10) }),
          execute: (input) => {
            ran = true;
            return input;
          },
        }),
      ],
    });
    const refused = await service.call('tool.execute', { name: 'head', input: { lines: 'many' } });
    expect(refused).toMatchObject({
      success: false,
      error: { message: expect.stringMatching(/Invalid input for head: path: .*; lines: /) },
    });
    expect(ran).toBe(false);
    const { output } = await service.call('tool.execute', { name: 'head', input: { path: 'a' } });
    expect(output).toEqual({ path: 'a', lines: 10 });
  });

  it('gets the folder, the call’s id, the environment and the signal', async () => {
    const abort = new AbortController();
    const service = inProcess(
      withTool((_input, { cwd, callId, environment, signal }) => ({
        cwd,
        callId,
        environment,
        isAborted: signal.aborted,
      })),
      { environment: { COLOUR: 'green' } },
    );
    abort.abort();
    const ids = { call_id: 'h1', tool_call_id: 'call-7' };
    const params = { name: 'it', input: {}, cwd: '/somewhere', ...ids };
    expect((await service.call('tool.execute', params, abort.signal)).output).toEqual({
      cwd: '/somewhere',
      callId: 'call-7',
      environment: { COLOUR: 'green' },
      isAborted: true,
    });
  });

  it('says what it does under the id of its call', async () => {
    const service = inProcess(
      withTool((_input, { progress, notify, log }) => {
        progress('half', 50);
        notify('stream.tool.progress', { text: 'more' });
        log('warning', 'careful', { n: 1 });
      }),
    );
    await service.call('tool.execute', { name: 'it', input: {}, call_id: 'h3' });
    expect(service.notifications).toEqual([
      { name: 'stream.tool.progress', payload: { text: 'half', percent: 50, call_id: 'h3' } },
      { name: 'stream.tool.progress', payload: { text: 'more', call_id: 'h3' } },
      { name: 'log', payload: { level: 'warning', message: 'careful', data: { n: 1 } } },
    ]);
  });
});

describe('configuration', () => {
  const Config = z.object({ limit: z.number(), unit: z._default(z.string(), 'ms') });
  const configured = () =>
    inProcess({
      name: 's',
      tools: [
        defineTool<unknown, z.infer<typeof Config>>({
          name: 'strict',
          description: '',
          input: anything,
          config: Config,
          execute: (_input, { config }) => config,
        }),
        defineTool({
          name: 'loose',
          description: '',
          input: anything,
          execute: (_input, { config }) => config,
        }),
      ],
      hooks: [
        defineHook({
          name: 'hook',
          events: ['tool:pre'],
          handle: (_event, _data, { config }) => ({ config }),
        }),
      ],
    });
  const outputOf = async (service: ReturnType<typeof configured>, name: string) =>
    (await service.call('tool.execute', { name, input: {} })).output;

  it('reaches each component by its name, filled and checked by its schema', async () => {
    const service = configured();
    const config = { strict: { limit: 5 }, loose: { a: [1] }, hook: { b: 2 }, unknown: { c: 3 } };
    expect(await service.call('configure', { config })).toEqual({ status: 'ok' });
    expect(await outputOf(service, 'strict')).toEqual({ limit: 5, unit: 'ms' });
    expect(await outputOf(service, 'loose')).toEqual({ a: [1] });
  });

  it('that is wrong is refused with the component, the place and the remedy (RT-7)', async () => {
    const wrong = configured().call('configure', { config: { strict: { limit: 'much' } } });
    expect(await failureOf(wrong)).toMatchObject({
      kind: 'config',
      code: -32602,
      component: 'strict',
      message: expect.stringMatching(/"strict".*limit: expected number/),
      remedy: expect.stringContaining('settings'),
    });
  });

  it('that is needed and never came is an error of the call', async () => {
    const service = configured();
    expect(await failureOf(service.call('tool.execute', { name: 'strict', input: {} }))).toMatchObject({
      kind: 'config',
      message: expect.stringContaining('limit'),
    });
    expect(await outputOf(service, 'loose')).toEqual({});
  });
});

describe('a provider', () => {
  const provider = (name: string) =>
    defineProvider({
      name,
      complete: async (_request, { token, thinking }) => {
        thinking('hm');
        token('');
        token(name);
        return { text: name };
      },
      models: async () => [{ id: `${name}-1`, capabilities: ['tools'] }],
    });
  const service = () => inProcess({ name: 's', providers: [provider('first'), provider('second')] });
  const request = { messages: [] };

  it('is the one named, or the first', async () => {
    expect(await service().call('provider.complete', { request })).toEqual({ text: 'first' });
    expect(await service().call('provider.complete', { request, provider: 'second' })).toEqual({
      text: 'second',
    });
    expect(await service().call('provider.models', { provider: 'second' })).toEqual({
      models: [{ id: 'second-1', capabilities: ['tools'] }],
    });
  });

  it('streams what it says, empty text left out', async () => {
    const running = service();
    await running.call('provider.complete', { request, call_id: 'h9' } as { request: typeof request });
    expect(running.notifications).toEqual([
      { name: 'stream.provider.thinking', payload: { text: 'hm', call_id: 'h9' } },
      { name: 'stream.provider.token', payload: { text: 'first', call_id: 'h9' } },
    ]);
  });
});

it('a context manager is made once, and anew when it is configured', async () => {
  let made = 0;
  const service = inProcess({
    name: 's',
    contextManagers: [
      defineContextManager({
        name: 'memory',
        create: () => {
          made += 1;
          const messages: { role: string; content: string }[] = [];
          return {
            addMessage: (message) => void messages.push(message as { role: string; content: string }),
            getMessages: ({ contextWindow }) => messages.slice(-(contextWindow ?? messages.length)),
            clear: () => void messages.splice(0),
          };
        },
      }),
    ],
  });
  const message = (content: string) => ({ message: { role: 'user', content } });
  expect(await service.call('context.add_message', message('a'))).toEqual({ ok: true });
  await service.call('context.add_message', message('b'));
  expect(await service.call('context.get_messages', { context_window: 1 })).toMatchObject([{ content: 'b' }]);
  expect(await service.call('context.clear', {})).toEqual({ ok: true });
  expect(await service.call('context.get_messages', {})).toEqual([]);
  expect(made).toBe(1);
  await service.call('configure', { config: { memory: {} } });
  await service.call('context.get_messages', {});
  expect(made).toBe(2);
});

it('an orchestrator hears what the person typed meanwhile, once and in order, until it closes (RT-45)', async () => {
  const { promise: steered, resolve: goOn } = Promise.withResolvers<void>();
  const { promise: closed, resolve: close } = Promise.withResolvers<void>();
  const { promise: refused, resolve: end } = Promise.withResolvers<void>();
  const service = inProcess({
    name: 's',
    orchestrators: [
      defineOrchestrator({
        name: 'loop',
        execute: async ({ prompt, systemPrompt }, { takeSteering, closeSteering }) => {
          await steered;
          const closedTooEarly = closeSteering();
          const taken = takeSteering();
          const said = [prompt, systemPrompt, closedTooEarly, ...taken, closeSteering(), ...takeSteering()];
          close();
          await refused;
          return said.join(' ');
        },
      }),
    ],
  });
  const steer = (text: string) => service.call('orchestrator.steer', { text });
  expect(await failureOf(steer('too early'))).toMatchObject({ code: -32602 });
  const running = service.call('orchestrator.execute', { prompt: 'p', system_prompt: 's', config: {} });
  await steer('one');
  await steer('two');
  goOn();
  await closed;
  expect(await failureOf(steer('too late'))).toMatchObject({ code: -32602 });
  end();
  expect(await running).toBe('p s false one two true');
});

it('content is listed by prefix and read by exactly the paths it has', async () => {
  const service = inProcess({
    name: 's',
    content: { paths: ['agents/a.md', 'context/b.md'], read: async (path) => `text of ${path}` },
  });
  expect(await service.call('content.list', {})).toEqual({ paths: ['agents/a.md', 'context/b.md'] });
  expect(await service.call('content.list', { prefix: 'agents/' })).toEqual({ paths: ['agents/a.md'] });
  expect(await service.call('content.read', { path: 'context/b.md' })).toEqual({
    content: 'text of context/b.md',
  });
  expect(await failureOf(service.call('content.read', { path: 'context/../agents/a.md' }))).toMatchObject({
    code: -32602,
  });
});
