/** What only a line over HTTP has: a token, a network between, and peers that are not ours (RT-60). */
import { once } from 'node:events';
import http from 'node:http';
import { describe, expect, it, vi } from 'vitest';
import type { HttpSpec } from '../../../src/definitions/service-spec.ts';
import { MAX_MESSAGE_BYTES } from '../../../src/protocol/sized-message.ts';
import { servedOverHttp, startHttpService, TOKEN } from '../../builders/http-services.ts';
import { FIXTURES, type OpenLink, openLink } from '../../builders/links.ts';
import { startWireHttpService } from '../../builders/wire-http-service.ts';

const TOOLS = `${FIXTURES}/faulty-tools.ts`;
const open = (given: Partial<HttpSpec> & { url: string }): OpenLink =>
  openLink({
    name: 'far',
    isolation: 'http',
    env: {},
    config: {},
    origin: 'the test',
    token: TOKEN,
    ...given,
  });
const json = { 'content-type': 'application/json' };
const never = { name: 'never', input: {} };

describe('a service that cannot be reached', () => {
  it('because nobody listens is a network fault that names the address', async () => {
    const { service, child } = await startHttpService(TOOLS);
    child.kill('SIGKILL');
    await vi.waitFor(() => expect(child.signalCode).toBe('SIGKILL'));
    await using far = open(service);
    await expect(far.link.call('describe', {})).rejects.toMatchObject({
      kind: 'network',
      service: 'far',
      message: expect.stringMatching(/cannot reach http:\/\/127\.0\.0\.1:\d+\/: .*ECONNREFUSED/),
    });
    expect(await far.link.exited).toMatchObject({ crashed: true });
  });

  it.each([
    [
      'a wrong one',
      { token: 'wrong', tokenName: 'FAR_TOKEN' },
      /refused the token/,
      /Set the variable FAR_TOKEN/,
    ],
    ['none', { token: undefined }, /refused the token/, /"token_env" of service "far" in the test/],
    [
      'a variable that is not set',
      { token: '', tokenName: 'FAR_TOKEN' },
      /FAR_TOKEN is not set/,
      /Set the variable/,
    ],
  ])('because of its token, %s, is a matter of auth', async (_what, given, message, remedy) => {
    await using far = open({ ...(await servedOverHttp(TOOLS)), ...given });
    await expect(far.link.call('describe', {})).rejects.toMatchObject({
      kind: 'auth',
      service: 'far',
      message: expect.stringMatching(message),
      remedy: expect.stringMatching(remedy),
    });
    expect((await far.link.exited).crashed).toBe(true);
  });

  it.each([
    ['a page', 200, /something else than an event stream/],
    ['a fault of its own', 500, /HTTP 500/],
    ['the way to somewhere else', 302, /HTTP 302/],
  ])('because %s answers is said so', async (_what, status, message) => {
    const far = await startWireHttpService({
      onOpen: (response) => response.writeHead(status, { location: 'https://localhost/' }).end('<html>'),
    });
    await using opened = open(far);
    await expect(opened.link.call('describe', {})).rejects.toMatchObject({
      message: expect.stringMatching(message),
    });
  });
});

describe('a service that fails in the middle', () => {
  it.each([
    ['answers what is no message', '<html>oops</html>', /no message of the protocol: <html>oops/],
    ['answers nothing', '', /no message of the protocol/],
    ['answers with 100 MB', 'x'.repeat(MAX_MESSAGE_BYTES + 1), /exceeds the limit/],
  ])('(%s) fails that call, and the line stays', async (_what, body, message) => {
    const far = await startWireHttpService({
      onCall: ({ id, method }, response) =>
        response.writeHead(200, json).end(method === 'ping' ? JSON.stringify({ id, result: {} }) : body),
    });
    await using opened = open(far);
    await expect(opened.link.call('tool.execute', never)).rejects.toMatchObject({
      kind: 'protocol',
      service: 'far',
      message: expect.stringMatching(message),
    });
    await expect(opened.link.call('ping', {})).resolves.toEqual({});
  });

  it('(forgets the session) has crashed', async () => {
    const far = await startWireHttpService({ onCall: (_call, response) => response.writeHead(404).end() });
    await using opened = open(far);
    await expect(opened.link.call('ping', {})).rejects.toMatchObject({ kind: 'crashed' });
    expect((await opened.link.exited).crashed).toBe(true);
  });

  it('(drops the stream) fails the calls in flight', async () => {
    const far = await startWireHttpService({ onCall: () => undefined });
    await using opened = open(far);
    const call = opened.link.call('tool.execute', never);
    const failing = expect(call).rejects.toMatchObject({ kind: 'crashed', service: 'far' });
    await vi.waitFor(() => expect(far.posted).toHaveLength(1));
    far.drop();
    await failing;
    expect((await opened.link.exited).crashed).toBe(true);
  });

  it('(says a hundred things that are no messages) is given up', async () => {
    const far = await startWireHttpService({ onCall: () => undefined });
    await using opened = open(far);
    const call = opened.link.call('tool.execute', never);
    const failing = expect(call).rejects.toMatchObject({
      message: expect.stringMatching(/100 events in a row/),
    });
    await vi.waitFor(() => expect(far.posted).toHaveLength(1));
    far.say('data: hello\n\n'.repeat(100));
    await failing;
    expect(opened.logs[0]).toBe('hello');
  });

  it('(says something without end) is given up', async () => {
    const far = await startWireHttpService({ onCall: () => undefined });
    await using opened = open(far);
    const call = opened.link.call('tool.execute', never);
    const failing = expect(call).rejects.toMatchObject({
      message: expect.stringMatching(/an event of more than/),
    });
    await vi.waitFor(() => expect(far.posted).toHaveLength(1));
    far.say(`data: ${'x'.repeat(MAX_MESSAGE_BYTES + 1)}`);
    await failing;
  });

  it('(its whole server is killed) fails the calls in flight', async () => {
    const { service, child } = await startHttpService(TOOLS);
    await using opened = open(service);
    await opened.link.call('ping', {});
    const failing = expect(opened.link.call('tool.execute', never)).rejects.toMatchObject({
      kind: 'crashed',
    });
    child.kill('SIGKILL');
    await failing;
  });
});

describe('a service of another make', () => {
  it('that only answers calls needs no session, no ids and no stream but an open one', async () => {
    const far = await startWireHttpService({
      onCall: ({ id, method }, response) => {
        const result =
          method === 'describe' ? { name: 'plain', tools: [{ name: 'it' }] } : { output: 'done' };
        response.writeHead(200, json).end(JSON.stringify({ id, result }));
      },
    });
    await using opened = open(far);
    const { capabilities } = await opened.link.call('describe', {});
    expect(capabilities.tools).toMatchObject([{ name: 'it' }]);
    expect(await opened.link.call('tool.execute', { name: 'it', input: {} })).toMatchObject({
      output: 'done',
    });
  });

  it('asks the host on its stream and hears the answer by POST, in the order in which it asked', async () => {
    const far = await startWireHttpService();
    await using opened = openLink(
      { name: 'far', isolation: 'http', env: {}, config: {}, origin: 'the test', url: far.url },
      { onRequest: async (_method, params) => params },
    );
    await vi.waitFor(() => {
      far.say('data: {"id":"a","method":"request.state_get","params":{"key":"x"}}\r\n\r\n');
      expect(far.posted.flat()).toContainEqual({ jsonrpc: '2.0', id: 'a', result: { key: 'x' } });
    });
    opened.link.notify('one', {});
    for (let n = 1; n <= 20; n += 1) opened.link.notify('count', { n });
    await vi.waitFor(() =>
      expect(far.posted.flat()).toContainEqual(expect.objectContaining({ params: { n: 20 } })),
    );
    const counted = far.posted
      .flat()
      .flatMap((each) => (each as { params?: { n?: number } }).params?.n ?? []);
    expect(counted).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });
});

describe('the server of a service', () => {
  const get = async (headers: Record<string, string>, init: RequestInit = {}) => {
    const { url } = await servedOverHttp(TOOLS);
    const response = await fetch(url, { ...init, headers });
    await response.body?.cancel();
    return response.status;
  };
  const authorization = `Bearer ${TOKEN}`;
  const accept = 'text/event-stream';

  it.each([
    ['a request without a token', { accept }, 401],
    ['a wrong token', { accept, authorization: 'Bearer no' }, 401],
    ['a page in a browser', { accept, authorization, origin: 'http://localhost' }, 403],
    ['what wants no stream', { accept: 'text/html', authorization }, 406],
  ])('refuses %s', async (_what, headers, status) => {
    expect(await get(headers)).toBe(status);
  });

  it('refuses a name that is not this machine’s, whatever it resolves to', async () => {
    const { url } = await servedOverHttp(TOOLS);
    const headers = { accept, authorization, host: 'tools.example' };
    const [response] = await once(http.get(url, { headers }), 'response');
    response.destroy();
    expect(response.statusCode).toBe(403);
  });

  it('refuses what is no call of a session it knows', async () => {
    expect(await get({ authorization }, { method: 'POST', body: '{}' })).toBe(404);
    expect(await get({ authorization, 'patchbay-session': 'x' }, { method: 'DELETE' })).toBe(404);
  });

  it('gives each session a fresh service, and no session another’s (RT-20)', async () => {
    const service = await servedOverHttp(TOOLS);
    const count = { name: 'count', input: {} };
    await using one = open(service);
    await using two = open(service);
    for (const expected of [1, 2]) {
      for (const { link } of [one, two]) {
        expect(await link.call('tool.execute', count)).toMatchObject({ output: expected });
      }
    }
  });

  it('does not hand its token to the service', async () => {
    await using far = open(await servedOverHttp(TOOLS));
    const { output } = await far.link.call('tool.execute', { name: 'environment', input: {} });
    expect(JSON.stringify(output)).not.toContain(TOKEN);
  });

  it('lives on when a session hangs or dies, and ends a session whose host went away', async () => {
    const service = await servedOverHttp(TOOLS);
    const dropped = open(service);
    await dropped.link.call('ping', {});
    const failing = expect(dropped.link.call('tool.execute', { name: 'spin', input: {} })).rejects.toThrow();
    await dropped.link.stop();
    await failing;
    await using next = open(service);
    await expect(next.link.call('ping', {})).resolves.toBeDefined();
  });
});
