/** A line to a child process: JSON-RPC 2.0, one JSON object per line on stdin and stdout. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import {
  type CancellationToken,
  CancellationTokenSource,
  ConnectionError,
  createMessageConnection,
  ErrorCodes,
  type MessageConnection,
  NullLogger,
  ResponseError,
} from 'vscode-jsonrpc/node';
import type { ProcessSpec } from '../../definitions/service-spec.ts';
import { fromWireError, PatchbayError, toWireError } from '../../protocol/errors.ts';
import { END_OF_LINES, LineReader, LineWriter } from '../../protocol/json-lines.ts';
import type { Manifest } from '../../protocol/manifest.ts';
import type { Params, Result, ServiceMethod } from '../../protocol/methods.ts';
import { Calls } from './calls.ts';
import type { CallOptions, Exit, Link, LinkEvents, LinkTimes } from './link.ts';
import { LogTail } from './log-tail.ts';
import { endWithUs, GROUP_OPTIONS, signalGroup } from './process-group.ts';
import { Requests } from './requests.ts';

/** So many lines that are not JSON, one after another, and the service is ended. */
const GARBAGE_LIMIT = 100;
/** How a line of stdout that is no message begins in the log. */
export const NOT_A_MESSAGE = 'Not a message of the protocol: ';

export class ProcessLink implements Link {
  readonly service: string;
  readonly isolation = 'process';
  readonly pid: number | undefined;
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #connection: MessageConnection;
  readonly #calls: Calls;
  readonly #events: LinkEvents;
  readonly #times: LinkTimes;
  readonly #log: LogTail;
  /** Settles when every message that came before the end of its output was handled. */
  readonly #allHandled = Promise.withResolvers<void>();
  readonly #requests: Requests;

  /** Its output ended: nothing can be sent on the line any more. */
  #isClosed = false;
  #stopping = false;
  #killed: string | undefined;

  /** Never throws: a program that cannot be started is an exit, like one that ends at once. */
  constructor(spec: ProcessSpec, events: LinkEvents, times: LinkTimes) {
    this.service = spec.name;
    this.#requests = new Requests(spec.name);
    this.#events = events;
    this.#times = times;
    this.#log = new LogTail((line) => events.onLog(line, 'info'));
    this.#child = spawn(spec.command[0] ?? '', spec.command.slice(1), {
      env: spec.env,
      cwd: spec.cwd,
      stdio: ['pipe', 'pipe', 'pipe'],
      ...GROUP_OPTIONS,
    });
    this.pid = this.#child.pid;
    if (this.pid !== undefined) endWithUs(this.#child);
    this.#log.follow(this.#child.stderr);
    this.#calls = new Calls({
      service: spec.name,
      cancelGraceMs: times.cancelGraceMs,
      send: (method, params, cancelled) => this.#send(method, params, cancelled),
      kill: (reason) => this.#kill(reason),
    });
    this.#connection = this.#connect();
    this.exited = this.#watch(spec);
    this.#connection.listen();
  }

  call<M extends ServiceMethod>(method: M, params: Params<M>, options: CallOptions = {}): Promise<Result<M>> {
    return this.#calls.call(method, params, options);
  }

  notify(name: string, params: unknown): void {
    this.#connection
      .sendNotification(name, params)
      .catch((error: Error) => this.#events.onLog(`${name} could not be sent: ${error.message}`, 'warning'));
  }

  learn({ protocol }: Pick<Manifest, 'protocol'>): void {
    if (protocol === undefined) this.#calls.handleOneByOne();
  }

  logTail(): string {
    return this.#log.toString();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#child.stdin.end();
    const ask = setTimeout(() => signalGroup(this.#child, 'SIGTERM'), this.#times.processStopMs);
    const end = setTimeout(
      () => signalGroup(this.#child, 'SIGKILL'),
      this.#times.processStopMs + this.#times.processKillMs,
    );
    await this.exited;
    clearTimeout(ask);
    clearTimeout(end);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #connect(): MessageConnection {
    const reader = new LineReader(this.#child.stdout, {
      marksEnd: true,
      onGarbage: (excerpt, inARow) => {
        this.#log.push(`${excerpt}\n`);
        this.#events.onLog(`${NOT_A_MESSAGE}${excerpt}`, 'warning');
        if (inARow >= GARBAGE_LIMIT) this.#kill(`${inARow} lines in a row that are no messages`);
      },
    });
    const connection = createMessageConnection(reader, new LineWriter(this.#child.stdin), NullLogger);
    connection.onRequest((method, params, token) => this.#answer(method, params, token));
    connection.onNotification((name, params) => {
      if (name === END_OF_LINES) this.#allHandled.resolve();
      else if (!this.#calls.deliver(name, params)) this.#events.onNotification(name, params);
    });
    connection.onClose(() => {
      this.#isClosed = true;
    });
    connection.onError(([error]) => this.#events.onLog(error.message, 'warning'));
    return connection;
  }

  async #send(method: string, params: unknown, cancelled: AbortSignal): Promise<unknown> {
    const cancellation = new CancellationTokenSource();
    const cancel = () => {
      if (!this.#isClosed) cancellation.cancel();
    };
    cancelled.addEventListener('abort', cancel, { once: true });
    try {
      return await this.#connection.sendRequest(method, params, cancellation.token);
    } catch (error) {
      if (error instanceof ResponseError && error.code === ErrorCodes.MessageWriteError) {
        const remedy = 'Pass large contents by file path instead.';
        throw new PatchbayError('protocol', error.message, { service: this.service, remedy, cause: error });
      }
      if (error instanceof ResponseError) {
        throw fromWireError({ code: error.code, message: error.message, data: error.data }, this.service);
      }
      if (!(error instanceof ConnectionError)) throw error;
      // The line is closed: the service ends just now, which fails the call, or it is of no use any more.
      const enforce = setTimeout(() => this.#kill('its output was closed'), this.#times.cancelGraceMs);
      await this.exited;
      clearTimeout(enforce);
      throw error;
    }
  }

  async #answer(method: string, params: unknown, token: CancellationToken): Promise<unknown> {
    const id = Symbol(method);
    token.onCancellationRequested(() => this.#requests.cancel(id));
    try {
      const handle = (signal: AbortSignal) => this.#events.onRequest(method, params, signal);
      return (await this.#requests.run(handle, id)) ?? null;
    } catch (error) {
      const wire = toWireError(error);
      return new ResponseError(wire.code, wire.message, wire.data);
    }
  }

  #kill(reason: string): void {
    this.#killed ??= reason;
    signalGroup(this.#child, 'SIGKILL');
  }

  #watch(spec: ProcessSpec): Promise<Exit> {
    return new Promise((resolve) => {
      const settle = (how: string) => {
        const exit: Exit = { crashed: !this.#stopping, how: this.#killed ?? how };
        // What the service started must not outlive it.
        signalGroup(this.#child, 'SIGKILL');
        this.#requests.end();
        this.#calls.end(exit);
        this.#connection.dispose();
        resolve(exit);
      };
      /** What it answered before its end goes first. */
      const settleAfterAnswers = async (how: string) => {
        if (this.#child.stdout.readableEnded) await this.#allHandled.promise;
        settle(how);
      };
      this.#child.on('error', (error: NodeJS.ErrnoException) => {
        if (this.#child.pid === undefined) settle(startFailure(spec, error).message);
        else this.#log.push(`${error.message}\n`);
      });
      this.#child.on(
        'close',
        (code, signal) => void settleAfterAnswers(signal ? `signal ${signal}` : `exit code ${code}`),
      );
      this.#child.on('exit', () => {
        // Grandchildren may hold the pipes open; `close` must not wait for them.
        signalGroup(this.#child, 'SIGKILL');
      });
    });
  }
}

function startFailure(spec: ProcessSpec, error: NodeJS.ErrnoException): PatchbayError {
  const what = error.code === 'ENOENT' ? 'no such program' : error.message;
  return new PatchbayError('config', `cannot start \`${spec.command.join(' ')}\`: ${what}`, {
    service: spec.name,
  });
}
