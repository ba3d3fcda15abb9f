/** A service over HTTP on the bare wire, for tests of what a peer may do wrong: every answer is the test's. */
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface WireHttpService {
  readonly url: string;
  /** What was posted, parsed, in order. */
  readonly posted: unknown[];
  /** Says something on the event stream of the session opened last. */
  say(text: string): void;
  /** Drops every connection without a word. */
  drop(): void;
}

export interface Answers {
  /** Instead of the event stream. */
  readonly onOpen?: (response: ServerResponse) => void;
  /** To a message with an id; all others are answered 202. */
  readonly onCall?: (call: { id: number; method: string }, response: ServerResponse) => void;
}

/** Listens on a free port of this machine until the test has finished. */
export async function startWireHttpService({ onOpen, onCall }: Answers = {}): Promise<WireHttpService> {
  const posted: unknown[] = [];
  let stream: ServerResponse | undefined;
  const server = http.createServer(async (request, response) => {
    if (request.method === 'GET') {
      if (onOpen) return onOpen(response);
      stream = response.writeHead(200, { 'content-type': 'text/event-stream' });
      return stream.flushHeaders();
    }
    const message = request.method === 'POST' ? JSON.parse(await bodyOf(request)) : undefined;
    if (message) posted.push(message);
    if (onCall && message?.id !== undefined && message.method) return onCall(message, response);
    return response.writeHead(202).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    posted,
    say: (text) => void stream?.write(text),
    drop: () => server.closeAllConnections(),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
