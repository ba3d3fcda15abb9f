/** How every provider fails: one table of tests, one row per wire (RT-52, RT-43). */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { PatchbayError } from '../../../src/protocol/errors.ts';
import { inProcess } from '../../builders/in-process-service.ts';
import { type ModelServer, startModelServer } from '../../builders/model-server.ts';
import { providerAt, textsOf, WIRES } from './wires.ts';

const LONG =
  'A rather long answer, said in many small pieces, so that it can be cut somewhere in the middle.';

let server: ModelServer;
beforeEach(async () => {
  server = await startModelServer();
});
afterEach(() => server[Symbol.asyncDispose]());

const request = { messages: [{ role: 'user', content: 'go' }] };

/** The error of a call that is expected to fail. */
async function failureOf(call: Promise<unknown>): Promise<PatchbayError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(PatchbayError);
  return error as PatchbayError;
}

describe.each(WIRES)('$name', (wire) => {
  const refusals = [
    { status: 401, kind: 'auth', retryable: false, says: /refused the API key/, remedy: /Add provider key/ },
    { status: 403, kind: 'auth', retryable: false, says: /refused the API key/, remedy: /Add provider key/ },
    { status: 500, kind: 'network', retryable: true, says: /HTTP 500/, remedy: /Try again/ },
    { status: 503, kind: 'network', retryable: true, says: /HTTP 503/, remedy: /Try again/ },
    { status: 529, kind: 'network', retryable: true, says: /HTTP 529/, remedy: /Try again/ },
    { status: 400, kind: 'model', retryable: false, says: /HTTP 400/, remedy: /another model/ },
  ];
  test.each(refusals)('tells HTTP $status as $kind, with the server’s own words (RT-52)', async (refusal) => {
    server.mock.nextRequestError(refusal.status, { message: 'Words of the server' });
    const provider = await providerAt(wire, server);

    const error = await failureOf(provider.call('provider.complete', { request }));

    expect(error).toMatchObject({
      kind: refusal.kind,
      retryable: refusal.retryable,
      service: wire.service.name,
    });
    expect(error.message).toMatch(refusal.says);
    expect(error.message).toContain('Words of the server.');
    expect(error.remedy).toMatch(refusal.remedy);
    // The loop retries, not the SDK.
    expect(server.sent).toHaveLength(1);
  });

  test('names a model that the server does not know (RT-52)', async () => {
    server.mock.nextRequestError(404, { message: 'model: no-such-model' });
    const provider = await providerAt(wire, server);

    const error = await failureOf(
      provider.call('provider.complete', { request: { ...request, model: 'no-such-model' } }),
    );

    expect(error).toMatchObject({ kind: 'model', retryable: false, remedy: 'Choose another model.' });
    expect(error.message).toContain('The model “no-such-model” is not known to');
    expect(error.message).toContain(server.url);
  });

  test('passes on how long a rate limit lasts (RT-43, RT-52)', async () => {
    server.mock.addFixture({
      match: {},
      response: { error: { message: 'Slow down' }, status: 429, retryAfter: 7 },
    });
    const provider = await providerAt(wire, server);

    const error = await failureOf(provider.call('provider.complete', { request }));

    expect(error).toMatchObject({ kind: 'rate_limit', retryable: true, retryAfterMs: 7000 });
    expect(error.message).toContain('Slow down.');
  });

  test('tells an answer that was cut off from one that ended (RT-52)', async () => {
    server.mock.addFixture({
      match: {},
      response: { content: LONG },
      truncateAfterChunks: 8,
      streamingProfile: { ttft: 0, tps: 100 },
    });
    const provider = await providerAt(wire, server);

    const error = await failureOf(provider.call('provider.complete', { request }));

    expect(error).toMatchObject({ kind: 'network', retryable: true });
    expect(error.message).toContain('The answer was cut off');
  });

  test('gives up on a server that never answers (RT-52)', async () => {
    server.mock.addFixture({ match: {}, response: { content: LONG }, streamingProfile: { ttft: 20_000 } });
    const provider = await providerAt(wire, server, { timeout_ms: 150 });

    const error = await failureOf(provider.call('provider.complete', { request }));

    expect(error).toMatchObject({ kind: 'timeout', retryable: true });
    expect(error.message).toContain(server.url);
    expect(error.message).toContain('150 ms');
    expect(await server.sent[0]?.ended).toBe('abandoned');
  });

  test('gives up on a server that falls silent in mid-answer (RT-52)', async () => {
    server.mock.addFixture({
      match: {},
      response: { content: LONG },
      streamingProfile: { ttft: 0, tps: 0.1 },
    });
    const provider = await providerAt(wire, server, { timeout_ms: 150 });

    const error = await failureOf(provider.call('provider.complete', { request }));

    expect(error).toMatchObject({ kind: 'timeout', retryable: true });
    expect(await server.sent[0]?.ended).toBe('abandoned');
  });

  test('waits for an answer that takes longer than the time limit but keeps coming (RT-52)', async () => {
    server.mock.addFixture({
      match: {},
      response: { content: LONG },
      streamingProfile: { ttft: 0, tps: 25 },
    });
    const provider = await providerAt(wire, server, { timeout_ms: 600 });
    const before = performance.now();

    const answer = await provider.call('provider.complete', { request });

    expect(answer.text).toBe(LONG);
    expect(performance.now() - before).toBeGreaterThan(600);
  });

  test('hangs up when it is cancelled in mid-answer (RT-52)', async () => {
    server.mock.addFixture({
      match: {},
      response: { content: LONG },
      streamingProfile: { ttft: 0, tps: 20 },
    });
    const provider = await providerAt(wire, server);
    const controller = new AbortController();

    const call = failureOf(provider.call('provider.complete', { request }, controller.signal));
    await vi.waitFor(() => expect(textsOf(provider, 'token').length).toBeGreaterThan(1), 10_000);
    controller.abort();
    const error = await call;

    expect(error).toMatchObject({ kind: 'cancelled', retryable: false });
    expect(await server.sent[0]?.ended).toBe('abandoned');
    expect(textsOf(provider, 'token').join('').length).toBeLessThan(LONG.length);
  });

  test('sends nothing when it was cancelled before (RT-52)', async () => {
    server.mock.addFixture({ match: {}, response: { content: LONG } });
    const provider = await providerAt(wire, server);

    const error = await failureOf(provider.call('provider.complete', { request }, AbortSignal.abort()));

    expect(error.kind).toBe('cancelled');
    expect(server.sent).toEqual([]);
  });

  test('names the address that refuses the connection (RT-52)', async () => {
    const url = await freeUrl();
    const provider = await providerAt(wire, { url });

    const error = await failureOf(provider.call('provider.complete', { request }));

    expect(error).toMatchObject({ kind: 'network', retryable: true });
    expect(error.message).toContain(url);
    expect(error.message).toContain('ECONNREFUSED');
    expect(error.remedy).toContain('base_url');
  });

  test('asks for a key when there is none (RT-52)', async () => {
    const provider = inProcess(wire.service, { environment: {} });

    const error = await failureOf(provider.call('provider.complete', { request }));

    const variable = wire.service.name === 'anthropic' ? 'ANTHROPIC_API_KEY' : 'OPENAI_API_KEY';
    expect(error.kind).toBe('auth');
    expect(error.remedy).toBe(`Run “Patchbay: Add provider key…” or set ${variable}.`);
  });

  test('refuses a configuration that can’t be right, naming the field (RT-52)', async () => {
    const provider = inProcess(wire.service);

    const error = await failureOf(
      provider.call('configure', {
        config: { [wire.service.name]: { base_url: 'localhost', timeout_ms: -1 } },
      }),
    );

    expect(error.kind).toBe('config');
    expect(error.message).toMatch(/base_url: .*timeout_ms: /);
  });

  test('reports a refused key when it lists models (RT-52)', async () => {
    const refusing = http.createServer((_, response) => {
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end('{"error":{"message":"Incorrect API key provided"}}');
    });
    await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(refusing.address() as AddressInfo).port}`;
    const provider = await providerAt(wire, { url });

    const error = await failureOf(provider.call('provider.models', {}));
    refusing.close();

    expect(error).toMatchObject({ kind: 'auth', retryable: false });
    expect(error.message).toContain('Incorrect API key provided.');
  });
});

/** An address on which nothing listens. */
async function freeUrl(): Promise<string> {
  const probe = http.createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return `http://127.0.0.1:${port}`;
}
