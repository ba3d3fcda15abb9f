/**
 * Servers that stand in for a model's: aimock behind a listener that keeps what was really sent, and a server that
 * plays recorded bytes. Both on 127.0.0.1 and a free port.
 */
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { LLMock } from '@copilotkit/aimock';

export interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  /** The JSON body as it came over the wire; undefined when there was none. */
  readonly body: unknown;
  /** How the exchange ended: the whole answer was sent, or the client went away first. */
  readonly ended: Promise<'answered' | 'abandoned'>;
}

export interface ModelServer extends AsyncDisposable {
  /** Without a path: `http://127.0.0.1:…`. */
  readonly url: string;
  readonly mock: LLMock;
  /** Oldest first. */
  readonly sent: SentRequest[];
}

/** aimock's journal holds requests in one form for all vendors; `sent` has them as they came. */
export async function startModelServer(): Promise<ModelServer> {
  const mock = new LLMock({ host: '127.0.0.1', port: 0, logLevel: 'silent', chunkSize: 4 });
  const target = new URL(await mock.start());
  const sent: SentRequest[] = [];
  const server = await listen((request, body, response) => {
    sent.push(noted(request, body, response));
    const { method, url: path, headers } = request;
    const onward = http.request({ host: target.hostname, port: target.port, method, path, headers });
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      // A stream that aimock cuts is cut here too, after what came of it.
      answer.on('error', () => response.write('', () => response.destroy()));
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    onward.end(body);
  });
  return {
    url: urlOf(server),
    mock,
    sent,
    async [Symbol.asyncDispose]() {
      await closed(server);
      await mock.stop();
    },
  };
}

export interface Recording {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent in pieces of this many bytes, which cut events, lines and characters in two. Default 7. */
  readonly pieceBytes?: number;
}

export type RecordedServer = Omit<ModelServer, 'mock'>;

/** Answers every request with the bytes of one file. */
export async function serveRecording(file: string, recording: Recording = {}): Promise<RecordedServer> {
  const { status = 200, headers = { 'content-type': 'text/event-stream' }, pieceBytes = 7 } = recording;
  const bytes = fs.readFileSync(file);
  const sent: SentRequest[] = [];
  const server = await listen((request, body, response) => {
    sent.push(noted(request, body, response));
    response.writeHead(status, headers);
    for (let at = 0; at < bytes.length; at += pieceBytes) response.write(bytes.subarray(at, at + pieceBytes));
    response.end();
  });
  return { url: urlOf(server), sent, [Symbol.asyncDispose]: () => closed(server) };
}

type Handler = (request: http.IncomingMessage, body: Buffer, response: http.ServerResponse) => void;

async function listen(handler: Handler): Promise<http.Server> {
  const server = http.createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    handler(request, Buffer.concat(pieces), response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function noted(request: http.IncomingMessage, body: Buffer, response: http.ServerResponse): SentRequest {
  const ended = new Promise<'answered' | 'abandoned'>((resolve) => {
    response.once('close', () => resolve(response.writableFinished ? 'answered' : 'abandoned'));
  });
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    headers: request.headers,
    body: body.length === 0 ? undefined : JSON.parse(body.toString('utf8')),
    ended,
  };
}

function urlOf(server: http.Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function closed(server: http.Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
