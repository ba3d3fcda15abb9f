/** What a provider reads of its environment: its own key and address, and nobody else's (RT-52, design §2.6). */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Environment } from '../../../src/sdk/context.ts';
import { anthropicService } from '../../../src/services/provider-anthropic/definition.ts';
import { openaiService } from '../../../src/services/provider-openai/definition.ts';
import { replayService } from '../../../src/services/provider-replay/definition.ts';
import { inProcess } from '../../builders/in-process-service.ts';
import { type ModelServer, startModelServer } from '../../builders/model-server.ts';

let server: ModelServer;
beforeEach(async () => {
  server = await startModelServer();
  server.mock.addFixture({ match: {}, response: { content: 'Hello.' } });
});
afterEach(() => server[Symbol.asyncDispose]());

const request = { messages: [{ role: 'user', content: 'hello' }], model: 'claude-sonnet-5-5' };

/** An environment that notes which names are read. */
function watched(values: Environment): { environment: Environment; read: Set<string> } {
  const read = new Set<string>();
  const environment = new Proxy(values, {
    get(target, name) {
      read.add(String(name));
      return Reflect.get(target, name);
    },
  });
  return { environment, read };
}

describe('a provider', () => {
  test.each([
    ['anthropic', anthropicService, 'ANTHROPIC', ''],
    ['openai', openaiService, 'OPENAI', '/v1'],
  ] as const)('%s reads its own two variables only (RT-52)', async (_, service, prefix, path) => {
    const { environment, read } = watched({
      [`${prefix}_API_KEY`]: 'own-key',
      [`${prefix}_BASE_URL`]: `${server.url}${path}`,
      OTHER_API_KEY: 'other-key',
    });
    const provider = inProcess(service, { environment });

    const answer = await provider.call('provider.complete', { request });

    expect(answer.text).toBe('Hello.');
    expect([...read].sort()).toEqual([`${prefix}_API_KEY`, `${prefix}_BASE_URL`]);
    expect(server.sent[0]?.headers.authorization).toBe('Bearer own-key');
    expect(JSON.stringify(server.sent)).not.toContain('other-key');
  });

  test.each([
    ['anthropic', anthropicService, 'OPENAI_API_KEY'],
    ['openai', openaiService, 'ANTHROPIC_API_KEY'],
  ] as const)('%s has no use for another’s key (RT-52)', async (_, service, foreign) => {
    const provider = inProcess(service, { environment: { [foreign]: 'not-mine' } });

    await expect(provider.call('provider.complete', { request })).rejects.toMatchObject({ kind: 'auth' });
  });

  test.each([
    ['anthropic', anthropicService, ''],
    ['openai', openaiService, '/v1'],
  ] as const)('%s prefers its configuration to its environment (RT-52)', async (name, service, path) => {
    const provider = inProcess(service, {
      environment: {
        ANTHROPIC_API_KEY: 'old',
        OPENAI_API_KEY: 'old',
        ANTHROPIC_BASE_URL: 'http://127.0.0.1:1',
      },
    });
    const headers = { 'x-team': 'studio' };
    await provider.call('configure', {
      config: { [name]: { api_key: 'configured', base_url: `${server.url}${path}/`, headers } },
    });

    await provider.call('provider.complete', { request });

    expect(server.sent[0]?.headers).toMatchObject({ authorization: 'Bearer configured', 'x-team': 'studio' });
  });

  test.each([
    ['anthropic', anthropicService, ''],
    ['openai', openaiService, '/v1'],
  ] as const)('%s calls a local server without a key (RT-52)', async (name, service, path) => {
    const provider = inProcess(service, { environment: {} });
    await provider.call('configure', { config: { [name]: { base_url: `${server.url}${path}` } } });

    const answer = await provider.call('provider.complete', { request });

    expect(answer.text).toBe('Hello.');
    expect(server.sent[0]?.headers.authorization).toBeUndefined();
  });

  test('replay reads nothing (RT-52)', async () => {
    const { environment, read } = watched({ ANTHROPIC_API_KEY: 'a', OPENAI_API_KEY: 'b' });
    const provider = inProcess(replayService, { environment });
    await provider.call('configure', { config: { replay: { instant: true } } });

    await provider.call('provider.complete', { request });

    expect([...read]).toEqual([]);
  });
});
