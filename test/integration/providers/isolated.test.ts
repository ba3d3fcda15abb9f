/** The built services in threads, in processes and over HTTP, as the host runs them (RT-2, RT-52, RT-60). */
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Isolation, LINES, openLink, specOf } from '../../builders/links.ts';
import { type ModelServer, startModelServer } from '../../builders/model-server.ts';

const services = path.resolve(import.meta.dirname, '../../../dist/services');
const LONG = 'A long answer, in many pieces, of which the last ones are never heard by anyone at all.';

let server: ModelServer;
beforeEach(async () => {
  server = await startModelServer();
});
afterEach(() => server[Symbol.asyncDispose]());

const request = { messages: [{ role: 'user', content: 'go' }], model: 'claude-sonnet-5-5' };

const built = (isolation: Isolation, name: string, env: Record<string, string>) =>
  specOf(isolation, path.join(services, `provider-${name}.js`), env);

const vendors = [
  { name: 'anthropic', environment: () => ({ ANTHROPIC_API_KEY: 'own', ANTHROPIC_BASE_URL: server.url }) },
  { name: 'openai', environment: () => ({ OPENAI_API_KEY: 'own', OPENAI_BASE_URL: `${server.url}/v1` }) },
];
const rows = LINES.flatMap((isolation) => vendors.map((vendor) => ({ isolation, ...vendor })));

describe.each(rows)('$name in a $isolation of its own', ({ isolation, name, environment }) => {
  test('streams an answer to its caller (RT-41, RT-52)', async () => {
    server.mock.addFixture({ match: {}, response: { content: 'Hello from the other side.' } });
    await using opened = openLink(await built(isolation, name, environment()));
    const manifest = await opened.link.call('describe', {});
    const tokens: string[] = [];

    const answer = await opened.link.call(
      'provider.complete',
      { request },
      {
        onNotification: (notification, payload) => {
          if (notification === 'stream.provider.token') tokens.push((payload as { text: string }).text);
        },
      },
    );

    expect(manifest.capabilities.providers).toMatchObject([{ name }]);
    expect(answer.text).toBe('Hello from the other side.');
    expect(tokens.join('')).toBe('Hello from the other side.');
    expect(server.sent[0]?.headers.authorization).toBe('Bearer own');
  });

  test('hangs up on the model when its caller stops (RT-52)', async () => {
    server.mock.addFixture({
      match: {},
      response: { content: LONG },
      streamingProfile: { ttft: 0, tps: 20 },
    });
    await using opened = openLink(await built(isolation, name, environment()));
    const controller = new AbortController();

    const call = opened.link.call(
      'provider.complete',
      { request },
      { signal: controller.signal, onNotification: () => controller.abort() },
    );

    await expect(call).rejects.toMatchObject({ kind: 'cancelled' });
    expect(await server.sent[0]?.ended).toBe('abandoned');
  });

  test('tells errors with kind, time and remedy across the line (RT-43)', async () => {
    server.mock.addFixture({
      match: {},
      response: { error: { message: 'Slow down' }, status: 429, retryAfter: 3 },
    });
    await using opened = openLink(await built(isolation, name, environment()));

    await expect(opened.link.call('provider.complete', { request })).rejects.toMatchObject({
      kind: 'rate_limit',
      retryAfterMs: 3000,
      remedy: expect.stringContaining('Wait a moment'),
    });
  });
});
