/**
 * The first request that a thread makes loads and compiles the HTTP client, which takes longer than all else before
 * it. A provider that waits for a turn makes one ahead of time, to itself.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ChatRequest } from '../../protocol/data.ts';
import type { ProviderContext } from '../define.ts';

/** Longer than it can take, and no thread waits for a server that lost its only guest. */
const LIMIT_MS = 5_000;

type Complete<C> = (request: ChatRequest, context: ProviderContext<C>) => Promise<unknown>;

/**
 * Makes one call through the provider's own code to a server on this machine that takes one request, refuses it and
 * is gone. The call carries no key, no header of the person's and no text.
 * @param config the provider's configuration for a server at `base_url`
 */
export async function warmUp<C>(complete: Complete<C>, config: (baseUrl: string) => C): Promise<void> {
  const server = createServer((request, response) => {
    server.close();
    request.resume();
    response.writeHead(401, { 'content-type': 'application/json', connection: 'close' }).end('{"error":{}}');
  });
  server.listen(0, '127.0.0.1');
  // Rejects where nothing may listen: such a thread is not ended by it, its first call takes longer.
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const ignore = () => undefined;
  try {
    await complete(
      { messages: [{ role: 'user', content: '.' }] },
      {
        config: config(`http://127.0.0.1:${port}`),
        environment: {},
        signal: AbortSignal.timeout(LIMIT_MS),
        host: { request: () => Promise.reject(new Error('There is no host during a warm-up.')) },
        notify: ignore,
        log: ignore,
        token: ignore,
        thinking: ignore,
      },
    );
  } finally {
    server.close();
  }
}
