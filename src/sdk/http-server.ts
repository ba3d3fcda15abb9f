/**
 * Serves a service over HTTP (the wire: protocol/http-wire.ts). This process only listens: each session is the
 * service's own file, fresh in a thread, so that one that crashes or hangs takes down nothing but itself.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isLoopback, SESSION_HEADER } from '../protocol/http-wire.ts';
import { MAX_MESSAGE_BYTES } from '../protocol/sized-message.ts';
import type { Environment } from './context.ts';
import { HttpSession } from './http-session.ts';

/** The variable that holds the token; a command line can be read by every user of a machine. */
export const TOKEN_VARIABLE = 'PATCHBAY_HTTP_TOKEN';
/** So many sessions at once; a turn needs one. */
const MAX_SESSIONS = 64;

export interface HttpServing {
  /** `port` or `host:port`; port 0 is any that is free. Loopback when no host is given. */
  readonly address: string;
  /** The file of the service. */
  readonly entry: string;
  readonly environment: Environment;
}

/** Listens until the process is ended. @throws Error without a token, or when the address cannot be had. */
export async function serveHttp(serving: HttpServing): Promise<void> {
  const { [TOKEN_VARIABLE]: token, ...environment } = serving.environment;
  if (!token) throw new Error(`Set ${TOKEN_VARIABLE} to the token that hosts have to show.`);
  const { hostname, port } = parseAddress(serving.address);
  const sessions = new Map<string, HttpSession>();
  // Loaded here, so that a service in a thread does not pay for it.
  const { createServer } = await import('node:http');

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const refusal = refuse(request, token, hostname);
    if (refusal !== undefined) return end(response, refusal);
    if (request.method === 'GET') return open(request, response);
    const session = sessions.get(String(request.headers[SESSION_HEADER]));
    if (!session) return end(response, 404);
    if (request.method === 'DELETE') {
      end(response, 202);
      return session.end();
    }
    if (request.method !== 'POST') return end(response, 405);
    const body = await bodyOf(request);
    if (body === undefined) return end(response, 413);
    session.take(body, response);
  };
  const open = (request: IncomingMessage, response: ServerResponse) => {
    if (!/text\/event-stream/.test(request.headers.accept ?? '')) return end(response, 406);
    if (sessions.size >= MAX_SESSIONS) return end(response, 503);
    const session = new HttpSession(serving.entry, environment, response);
    sessions.set(session.id, session);
    void session.ended.then(() => sessions.delete(session.id));
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: Error) => {
      console.error(error);
      if (!response.headersSent) end(response, 500);
    });
  });
  // A call takes as long as it takes.
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, hostname, resolve);
  });
  const bound = server.address();
  const shown = hostname.includes(':') ? `[${hostname}]` : hostname;
  console.error(`Listening on http://${shown}:${typeof bound === 'object' ? bound?.port : port}/`);
}

/** The status to refuse with: no token, a browser, or a name that is not this machine's (DNS rebinding). */
function refuse(request: IncomingMessage, token: string, hostname: string): number | undefined {
  if (request.headers.origin !== undefined) return 403;
  const named = request.headers.host ?? '';
  const isOwn = URL.canParse(`http://${named}`) && isLoopback(new URL(`http://${named}`).hostname);
  if (isLoopback(hostname) && !isOwn) return 403;
  const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  return timingSafeEqual(digest(given), digest(token)) ? undefined : 401;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status).end();
}

/** Undefined when it is longer than a message may be. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_MESSAGE_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseAddress(address: string): { hostname: string; port: number } {
  const parts = /^(?:\[?([^\]]+?)\]?:)?(\d{1,5})$/.exec(address);
  const port = Number(parts?.[2]);
  if (!parts || port > 65_535) throw new Error(`"${address}" is no address: give a port, or host:port.`);
  return { hostname: parts[1] ?? '127.0.0.1', port };
}
