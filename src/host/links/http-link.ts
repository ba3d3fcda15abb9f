/** A line to a service over HTTP: calls by POST, all that the service says by itself as one event stream. */
import type { IncomingMessage } from 'node:http';
import type { HttpSpec } from '../../definitions/service-spec.ts';
import { type ErrorKind, fromWireError, PatchbayError, toWireError } from '../../protocol/errors.ts';
import {
  AFTER_HEADER,
  HttpAnswer,
  SESSION_HEADER,
  STREAM_SILENCE_MS,
  StreamMessage,
} from '../../protocol/http-wire.ts';
import type { Manifest } from '../../protocol/manifest.ts';
import type { Params, Result, ServiceMethod } from '../../protocol/methods.ts';
import { isRecord } from '../../protocol/reading.ts';
import { MAX_MESSAGE_BYTES, messageText, tooLong } from '../../protocol/sized-message.ts';
import { Calls } from './calls.ts';
import { EventStreamReader, type StreamEvent } from './event-stream.ts';
import { type Answer, HttpExchange } from './http-exchange.ts';
import type { CallOptions, Exit, Link, LinkEvents, LinkTimes } from './link.ts';
import { LogTail } from './log-tail.ts';
import { OneWay } from './one-way.ts';

/** So many events that are no messages, one after another, and the line is given up. */
const GARBAGE_LIMIT = 100;

export class HttpLink implements Link {
  readonly service: string;
  readonly isolation = 'http';
  readonly pid = undefined;
  readonly exited: Promise<Exit>;
  readonly #spec: HttpSpec;
  readonly #events: LinkEvents;
  readonly #times: LinkTimes;
  readonly #exchange: HttpExchange;
  readonly #calls: Calls;
  readonly #log: LogTail;
  readonly #oneWay: OneWay;
  readonly #requests = new Map<string | number, AbortController>();
  readonly #eventWaiters: { after: number; resolve: () => void }[] = [];
  /** Settles with what every request carries, once the service has opened a session. */
  readonly #opened: Promise<Record<string, string>>;
  readonly #exit = Promise.withResolvers<Exit>();
  #stream: IncomingMessage | undefined;
  #silence: NodeJS.Timeout | undefined;
  #heard = 0;
  #garbage = 0;
  #nextId = 1;
  #draining = false;
  #stopping = false;
  /** How the service itself said that it ended. */
  #lastWord: string | undefined;

  /** Never throws: a service that cannot be reached is an exit, like one that ends at once. */
  constructor(spec: HttpSpec, events: LinkEvents, times: LinkTimes) {
    this.service = spec.name;
    this.#spec = spec;
    this.#events = events;
    this.#times = times;
    this.#exchange = new HttpExchange(new URL(spec.url));
    this.#log = new LogTail((line) => events.onLog(line, 'info'));
    this.exited = this.#exit.promise;
    this.#calls = new Calls({
      service: spec.name,
      cancelGraceMs: times.cancelGraceMs,
      send: (method, params, cancelled) => this.#send(method, params, cancelled),
      kill: (reason) => this.#end(reason),
    });
    this.#oneWay = new OneWay(
      async (body) => {
        const answer = await this.#post(body);
        if (answer.status >= 300) throw this.#refused(answer.status);
      },
      (text) => events.onLog(text, 'warning'),
    );
    this.#opened = this.#open();
    this.#opened.catch(() => undefined);
  }

  call<M extends ServiceMethod>(method: M, params: Params<M>, options: CallOptions = {}): Promise<Result<M>> {
    return this.#calls.call(method, params, options);
  }

  notify(name: string, params: unknown): void {
    this.#oneWay.say({ jsonrpc: '2.0', method: name, params });
  }

  learn({ protocol }: Pick<Manifest, 'protocol'>): void {
    if (protocol === undefined) this.#calls.handleOneByOne();
  }

  logTail(): string {
    return this.#log.toString();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#stream) {
      const force = setTimeout(() => this.#end('told to stop'), this.#times.threadStopMs);
      const headers = await this.#opened;
      // Whether it obeys, its stream tells.
      this.#exchange.send({ method: 'DELETE', headers }).then(
        ({ status }) => status >= 300 && this.#end('told to stop'),
        () => this.#end('told to stop'),
      );
      await this.exited;
      clearTimeout(force);
    } else {
      this.#end('told to stop');
    }
    await this.exited;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #open(): Promise<Record<string, string>> {
    const { tokenName, token, url } = this.#spec;
    if (tokenName !== undefined && !token) {
      throw this.#ended(this.#fault('auth', `the variable ${tokenName} is not set`, this.#tokenRemedy()));
    }
    const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
    try {
      const stream = await this.#exchange.open({
        method: 'GET',
        headers: { ...headers, accept: 'text/event-stream' },
      });
      const session = stream.headers[SESSION_HEADER];
      if (stream.statusCode !== 200 || !/^text\/event-stream\b/.test(stream.headers['content-type'] ?? '')) {
        stream.destroy();
        if (stream.statusCode !== 200) throw this.#ended(this.#refused(stream.statusCode ?? 0));
        throw new Error('it answered with something else than an event stream');
      }
      this.#follow(stream);
      return { ...headers, ...(typeof session === 'string' && { [SESSION_HEADER]: session }) };
    } catch (error) {
      throw error instanceof PatchbayError
        ? error
        : this.#ended(this.#fault('network', `cannot reach ${url}: ${textOf(error)}`));
    }
  }

  #follow(stream: IncomingMessage): void {
    this.#stream = stream;
    const reader = new EventStreamReader(MAX_MESSAGE_BYTES, (event) => this.#receive(event));
    this.#silence = setTimeout(
      () => this.#end(`nothing heard for ${STREAM_SILENCE_MS / 1_000} s`),
      STREAM_SILENCE_MS,
    ).unref();
    stream.on('readable', () => this.#drain(stream, reader));
    stream.on('error', (error) => this.#end(this.#lastWord ?? `the connection was lost: ${textOf(error)}`));
    stream.on('close', () => this.#end(this.#lastWord ?? 'the connection was closed'));
  }

  /** Reads what is there, piece by piece and a turn of the event loop for each: a flood holds up nobody else. */
  #drain(stream: IncomingMessage, reader: EventStreamReader): void {
    if (this.#draining) return;
    this.#draining = true;
    const next = () => {
      const chunk = stream.read() as Buffer | null;
      if (chunk === null) {
        this.#draining = false;
        return;
      }
      this.#silence?.refresh();
      try {
        reader.push(chunk);
      } catch (error) {
        this.#end(textOf(error));
        return;
      }
      setImmediate(next);
    };
    next();
  }

  async #send(method: string, params: unknown, cancelled: AbortSignal): Promise<unknown> {
    await this.#opened;
    cancelled.throwIfAborted();
    const id = this.#nextId++;
    cancelled.addEventListener('abort', () => this.notify('$/cancelRequest', { id }), { once: true });
    const answer = await this.#post(messageText({ jsonrpc: '2.0', id, method, params }));
    if (answer.status !== 200) throw this.#refused(answer.status);
    await this.#untilHeard(Number(answer.headers[AFTER_HEADER] ?? 0));
    const parsed = HttpAnswer.safeParse(parseJson(answer.body));
    if (!parsed.success) {
      const excerpt = answer.body.slice(0, 200);
      this.#log.push(`${excerpt}\n`);
      throw new PatchbayError(
        'protocol',
        `Service "${this.service}" answered ${method} with no message of the protocol: ${excerpt}`,
        {
          service: this.service,
          remedy: 'Check the service with its author; its log may tell more.',
        },
      );
    }
    if ('error' in parsed.data) throw fromWireError(parsed.data.error, this.service);
    return parsed.data.result;
  }

  /** A connection that fails is the end of the line: what was asked on it may be done or not. */
  async #post(body: string): Promise<Answer> {
    const headers = { ...(await this.#opened), 'content-type': 'application/json' };
    try {
      return await this.#exchange.send({ method: 'POST', headers, body });
    } catch (error) {
      if (error instanceof RangeError) throw tooLong('an answer', MAX_MESSAGE_BYTES + 1, this.service);
      // The stream may tell better what happened, and does so at once.
      setTimeout(() => this.#end(`the connection was lost: ${textOf(error)}`), 100).unref();
      await this.exited;
      throw error;
    }
  }

  async #untilHeard(after: number): Promise<void> {
    if (!(after > this.#heard)) return;
    await new Promise<void>((resolve) => this.#eventWaiters.push({ after, resolve }));
  }

  #receive({ type, id, data }: StreamEvent): void {
    const value = parseJson(data);
    if (type === 'log' && typeof value === 'string') this.#log.push(value);
    else if (type === 'end' && isRecord(value)) this.#lastWord = String(value.how ?? 'ended');
    else if (type === 'message') this.#take(value, data);
    if (id === undefined) return;
    this.#heard = Number(id);
    for (let index = this.#eventWaiters.length - 1; index >= 0; index -= 1) {
      if (this.#eventWaiters[index]!.after > this.#heard) continue;
      this.#eventWaiters.splice(index, 1)[0]!.resolve();
    }
  }

  #take(value: unknown, text: string): void {
    const parsed = StreamMessage.safeParse(value);
    if (!parsed.success) {
      this.#garbage += 1;
      this.#log.push(`${text.slice(0, 200)}\n`);
      this.#events.onLog(`Not a message of the protocol: ${text.slice(0, 200)}`, 'warning');
      if (this.#garbage >= GARBAGE_LIMIT) this.#end(`${GARBAGE_LIMIT} events in a row that are no messages`);
      return;
    }
    this.#garbage = 0;
    const { id, method, params } = parsed.data;
    if (id !== undefined) void this.#answer(id, method, params);
    else if (method === '$/cancelRequest') this.#requests.get(cancelledId(params))?.abort();
    else if (!this.#calls.deliver(method, params)) this.#events.onNotification(method, params);
  }

  async #answer(id: string | number, method: string, params: unknown): Promise<void> {
    const controller = new AbortController();
    this.#requests.set(id, controller);
    try {
      const result = (await this.#events.onRequest(method, params, controller.signal)) ?? null;
      this.#oneWay.say({ jsonrpc: '2.0', id, result });
    } catch (error) {
      this.#oneWay.say({ jsonrpc: '2.0', id, error: toWireError(error) });
    } finally {
      this.#requests.delete(id);
    }
  }

  /** Ends the line; the first reason given counts. Without its stream a session is ended by the service. */
  #end(how: string, why: Pick<Exit, 'kind' | 'remedy'> = {}): void {
    const exit: Exit = { crashed: !this.#stopping, how, ...why };
    clearTimeout(this.#silence);
    this.#exit.resolve(exit);
    this.#stream?.destroy();
    this.#exchange.close();
    this.#oneWay.close();
    for (const controller of this.#requests.values()) controller.abort();
    this.#calls.end(exit);
  }

  #ended(fault: PatchbayError): PatchbayError {
    const { kind, remedy, message } = fault;
    this.#end(message, { kind, remedy });
    return fault;
  }

  #fault(kind: ErrorKind, message: string, remedy?: string): PatchbayError {
    return new PatchbayError(kind, message, { service: this.service, remedy });
  }

  /** Without token or session there is nothing more to say; another refusal concerns one message. */
  #refused(status: number): PatchbayError {
    const { url } = this.#spec;
    switch (status) {
      case 401:
        return this.#ended(this.#fault('auth', `${url} refused the token`, this.#tokenRemedy()));
      case 404:
        return this.#ended(this.#fault('crashed', `${url} knows nothing of this session (HTTP 404)`));
      default:
        return this.#fault('protocol', `${url} answered with HTTP ${status}`);
    }
  }

  #tokenRemedy(): string {
    const { name, origin, tokenName } = this.#spec;
    return tokenName === undefined
      ? `Name the variable that holds its token: "token_env" of service "${name}" in ${origin}.`
      : `Set the variable ${tokenName} to the token of service "${name}".`;
  }
}

function cancelledId(params: unknown): string | number {
  const id = isRecord(params) ? params.id : undefined;
  return typeof id === 'number' ? id : String(id);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Several addresses tried make an error without a message of its own. */
function textOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return textOf(error.errors[0]);
  return error instanceof Error ? error.message || String(error) : String(error);
}
