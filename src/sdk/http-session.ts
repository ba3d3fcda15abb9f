/** One session of a service over HTTP: a thread that serves on its stdin and stdout, and its event stream. */
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { finished } from 'node:stream/promises';
import { Worker } from 'node:worker_threads';
import type { Message } from 'vscode-jsonrpc';
import { RpcCode } from '../protocol/errors.ts';
import { AFTER_HEADER, KEEP_ALIVE_MS, SESSION_HEADER } from '../protocol/http-wire.ts';
import { LineReader } from '../protocol/json-lines.ts';
import { isRecord } from '../protocol/reading.ts';
import type { Environment } from './context.ts';

/** Milliseconds for a service to end by itself. */
const STOP_MS = 1_000;
/** Megabytes of heap after which a session is ended. */
const MAX_HEAP_MB = 512;
/** So many lines that are not JSON, one after another, and the session is ended. */
const GARBAGE_LIMIT = 100;

type Id = string | number;

export class HttpSession {
  readonly id = randomUUID();
  /** Settles when the thread is gone. Never rejects. */
  readonly ended: Promise<void>;
  readonly #worker: Worker;
  readonly #stream: ServerResponse;
  readonly #reader: LineReader;
  /** Calls that wait for their answer. */
  readonly #calls = new Map<Id, ServerResponse>();
  /** Cancels that came before what they cancel: every request has a connection of its own. */
  readonly #cancelled = new Set<Id>();
  #events = 0;
  #failure: string | undefined;

  /** Answers `stream` with the events of the session; the session ends when it is closed. */
  constructor(entry: string, environment: Environment, stream: ServerResponse) {
    this.#stream = stream;
    stream.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      [SESSION_HEADER]: this.id,
    });
    stream.flushHeaders();
    this.#worker = new Worker(entry, {
      env: { ...environment },
      stdin: true,
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    const { stdin, stdout, stderr } = this.#worker;
    this.#reader = new LineReader(stdout, {
      onGarbage: (excerpt, inARow) => {
        this.#log(`${excerpt}\n`);
        if (inARow < GARBAGE_LIMIT) return;
        this.#failure ??= `${inARow} lines in a row that are no messages`;
        void this.#worker.terminate();
      },
    });
    this.#reader.listen((message) => this.#hear(message));
    stderr.setEncoding('utf8').on('data', (text: string) => {
      process.stderr.write(text);
      this.#log(text);
    });
    // What is said to a service that just ended is lost, and its calls fail.
    stdin?.on('error', () => undefined);
    const beat = setInterval(() => stream.write(': alive\n\n'), KEEP_ALIVE_MS);
    this.ended = new Promise((resolve) => {
      this.#worker.on('error', (error: Error & { code?: string }) => {
        const isMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
        this.#failure = isMemory ? 'out of memory' : `uncaught ${error.name}: ${error.message}`;
      });
      this.#worker.on('exit', async (code) => {
        clearInterval(beat);
        // What it said last is on its way still.
        this.#reader.release();
        await Promise.allSettled([finished(stdout), finished(stderr)]);
        this.#close(this.#failure ?? `exit code ${code}`);
        resolve();
      });
    });
    stream.on('drain', () => this.#reader.release());
    // Whoever drops the stream wants the service gone, and does not wait for it.
    stream.on('close', () => void this.end());
  }

  /** One JSON-RPC message of the host, or an array of those that want no answer. */
  take(body: string, response: ServerResponse): void {
    const messages = parse(body);
    if (messages === undefined) {
      response.writeHead(400).end();
      return;
    }
    const first = messages[0]!;
    if (messages.length === 1 && isId(first.id) && typeof first.method === 'string') {
      this.#calls.set(first.id, response);
      this.#tell(first);
      if (this.#cancelled.delete(first.id)) this.#cancel(first.id);
      return;
    }
    if (messages.some(({ id, method }) => isId(id) && method !== undefined)) {
      response.writeHead(400).end();
      return;
    }
    for (const message of messages) {
      const cancelled = message.method === '$/cancelRequest' && isRecord(message.params) && message.params.id;
      if (isId(cancelled) && !this.#calls.has(cancelled)) this.#cancelled.add(cancelled);
      else this.#tell(message);
    }
    response.writeHead(202).end();
  }

  /** Asks the service to end, then ends it. May be called again. */
  async end(): Promise<void> {
    this.#worker.stdin?.end();
    const timer = setTimeout(() => void this.#worker.terminate(), STOP_MS);
    await this.ended;
    clearTimeout(timer);
  }

  #tell(message: object): void {
    this.#worker.stdin?.write(`${JSON.stringify(message)}\n`);
  }

  #cancel(id: Id): void {
    this.#tell({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id } });
  }

  #hear(message: Message & { id?: unknown }): void {
    if ('method' in message || !isId(message.id)) {
      this.#events += 1;
      this.#send(`id: ${this.#events}\ndata: ${JSON.stringify(message)}\n\n`);
      return;
    }
    const response = this.#calls.get(message.id);
    this.#calls.delete(message.id);
    response
      ?.writeHead(200, { 'content-type': 'application/json', [AFTER_HEADER]: this.#events })
      .end(JSON.stringify(message));
  }

  /** A host that does not read makes the service wait. */
  #send(event: string): void {
    if (!this.#stream.write(event)) this.#reader.hold();
  }

  /** What is printed is not worth waiting for. */
  #log(text: string): void {
    if (this.#stream.writableNeedDrain) return;
    this.#stream.write(`event: log\ndata: ${JSON.stringify(text)}\n\n`);
  }

  #close(how: string): void {
    this.#stream.end(`event: end\ndata: ${JSON.stringify({ how })}\n\n`);
    for (const [id, response] of this.#calls) {
      const error = {
        code: RpcCode.crashed,
        message: `The service stopped (${how}).`,
        data: { kind: 'crashed' },
      };
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ jsonrpc: '2.0', id, error }));
    }
    this.#calls.clear();
  }
}

function isId(value: unknown): value is Id {
  return typeof value === 'string' || typeof value === 'number';
}

function parse(body: string): Record<string, unknown>[] | undefined {
  try {
    const value: unknown = JSON.parse(body);
    const messages = Array.isArray(value) ? value : [value];
    return messages.length > 0 && messages.every(isRecord) ? messages : undefined;
  } catch {
    return undefined;
  }
}
