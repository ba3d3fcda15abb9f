/**
 * A line to a worker thread: Comlink for the host's calls, plain messages on a second port for all that the
 * service says by itself. The host only wraps, it never exposes anything to a worker (design §5).
 */

import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import * as Comlink from 'comlink';
import type { ThreadSpec } from '../../definitions/service-spec.ts';
import { asPatchbayError, fromWireError, toWireError } from '../../protocol/errors.ts';
import { jsonData } from '../../protocol/json-data.ts';
import type { Manifest } from '../../protocol/manifest.ts';
import type { Params, Result, ServiceMethod } from '../../protocol/methods.ts';
import { nodeEndpoint } from '../../protocol/node-endpoint.ts';
import {
  BATCH_WINDOW,
  FromThread,
  type ThreadBoot,
  type ThreadEndpoint,
  type ToThread,
} from '../../protocol/thread-messages.ts';
import { answersOnly } from './answers-only.ts';
import { Calls } from './calls.ts';
import { Inbox } from './inbox.ts';
import type { CallOptions, Exit, Link, LinkEvents, LinkTimes } from './link.ts';
import { LogTail } from './log-tail.ts';
import { Requests } from './requests.ts';

/** Megabytes of heap after which a thread is ended, unless its settings say otherwise: its host shares the memory. */
const MAX_HEAP_MB = 512;

export class ThreadLink implements Link {
  readonly service: string;
  readonly isolation = 'thread';
  readonly pid = undefined;
  readonly threadId: number;
  readonly exited: Promise<Exit>;
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #remote: Comlink.Remote<ThreadEndpoint>;
  readonly #calls: Calls;
  readonly #events: LinkEvents;
  readonly #times: LinkTimes;
  readonly #log: LogTail;
  readonly #requests: Requests;
  readonly #batchWaiters: { count: number; resolve: () => void }[] = [];
  readonly #inbox: Inbox;
  #batches = 0;
  #heard = 0;
  #nextId = 1;
  #stopping = false;
  #killed: string | undefined;

  constructor(spec: ThreadSpec, events: LinkEvents, times: LinkTimes, isSpare = false) {
    this.service = spec.name;
    this.#requests = new Requests(spec.name);
    this.#events = events;
    this.#times = times;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const boot: ThreadBoot = { patchbay: { service: spec.name, port: port2, window: BATCH_WINDOW, isSpare } };
    this.#worker = new Worker(spec.entry, {
      env: spec.env,
      workerData: boot,
      transferList: [port2],
      stdout: true,
      stderr: true,
      name: spec.name,
      resourceLimits: { maxOldGenerationSizeMb: spec.maxHeapMb ?? MAX_HEAP_MB },
    });
    this.threadId = this.#worker.threadId;
    this.#log = new LogTail((line) => this.#events.onLog(line, 'info'));
    this.#log.follow(this.#worker.stdout);
    this.#log.follow(this.#worker.stderr);
    this.#calls = new Calls({
      service: spec.name,
      cancelGraceMs: times.cancelGraceMs,
      send: (method, params, cancelled) => this.#send(method, params, cancelled),
      kill: (reason) => this.#kill(reason),
    });
    this.exited = this.#watch();
    this.#inbox = new Inbox(
      (message) => this.#receive(message),
      (reason) => this.#kill(reason),
    );
    this.#port.on('message', (message: unknown) => this.#inbox.push(message));
    this.#remote = Comlink.wrap<ThreadEndpoint>(answersOnly(nodeEndpoint(this.#worker)));
  }

  call<M extends ServiceMethod>(method: M, params: Params<M>, options: CallOptions = {}): Promise<Result<M>> {
    return this.#calls.call(method, params, options);
  }

  notify(name: string, params: unknown): void {
    this.#post({ t: 'notify', method: name, params });
  }

  learn({ protocol }: Pick<Manifest, 'protocol'>): void {
    if (protocol === undefined) this.#calls.handleOneByOne();
  }

  logTail(): string {
    return this.#log.toString();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#post({ t: 'stop' });
    const timer = setTimeout(() => void this.#worker.terminate(), this.#times.threadStopMs);
    await this.exited;
    clearTimeout(timer);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #send(method: string, params: unknown, cancelled: AbortSignal): Promise<unknown> {
    const id = this.#nextId++;
    cancelled.addEventListener('abort', () => this.#post({ t: 'cancel', id }), { once: true });
    const answer = await this.#remote.call(id, method, params);
    if (answer.batches > this.#batches) {
      await new Promise<void>((resolve) => this.#batchWaiters.push({ count: answer.batches, resolve }));
    }
    if ('error' in answer) throw fromWireError(answer.error, this.service);
    return answer.result;
  }

  #receive(raw: unknown): void {
    const parsed = FromThread.safeParse(raw);
    if (!parsed.success) {
      this.#events.onLog('A message of an unknown form was ignored.', 'warning');
      return;
    }
    const message = parsed.data;
    switch (message.t) {
      case 'notify':
        this.#batches += 1;
        for (const [name, payload] of message.items) this.#hear(name, payload);
        this.#releaseWaiters();
        this.#sayHeard();
        return;
      case 'request':
        void this.#answer(message.id, message.method, message.params);
        return;
      case 'cancel':
        this.#requests.cancel(message.id);
        return;
      default:
        message satisfies never;
    }
  }

  /** Never throws: nobody but the editor itself would catch it, and the rest of the batch is to be heard too. */
  #hear(name: string, raw: unknown): void {
    try {
      const payload = jsonData(raw);
      if (!this.#calls.deliver(name, payload)) this.#events.onNotification(name, payload);
    } catch (error) {
      const { message } = asPatchbayError(error);
      this.#events.onLog(`A "${name.slice(0, 100)}" was ignored: ${message}`, 'warning');
    }
  }

  async #answer(id: number, method: string, params: unknown): Promise<void> {
    try {
      const handle = async (signal: AbortSignal) => this.#events.onRequest(method, jsonData(params), signal);
      const result = await this.#requests.run(handle, id);
      this.#post({ t: 'response', id, result });
    } catch (error) {
      this.#post({ t: 'response', id, error: toWireError(error) });
    }
  }

  #post(message: ToThread): void {
    this.#port.postMessage(message);
  }

  /** Every few batches: often enough that a service that talks without end never has to stop for us. */
  #sayHeard(): void {
    if (this.#batches - this.#heard < BATCH_WINDOW / 2) return;
    this.#post({ t: 'heard', batches: this.#batches - this.#heard });
    this.#heard = this.#batches;
  }

  #releaseWaiters(): void {
    for (let index = this.#batchWaiters.length - 1; index >= 0; index -= 1) {
      if (this.#batchWaiters[index]!.count > this.#batches) continue;
      this.#batchWaiters.splice(index, 1)[0]!.resolve();
    }
  }

  #kill(reason: string): void {
    this.#killed ??= reason;
    void this.#worker.terminate();
  }

  #watch(): Promise<Exit> {
    let failure: Error | undefined;
    return new Promise((resolve) => {
      this.#worker.on('error', (error: unknown) => {
        failure = error instanceof Error ? error : new Error(String(error));
        this.#log.push(`${failure.stack ?? failure.message}\n`);
      });
      const onUnreadable = (error: Error) => this.#kill(`an unreadable message: ${error.message}`);
      this.#worker.on('messageerror', onUnreadable);
      this.#port.on('messageerror', onUnreadable);
      this.#worker.on('exit', (code) => {
        const how = this.#killed ?? (failure ? describeFailure(failure) : `exit code ${code}`);
        const exit: Exit = { crashed: !this.#stopping, how };
        // What it answered before its end was delivered just now, and goes first.
        setImmediate(() => {
          this.#inbox.end();
          this.#requests.end();
          this.#port.close();
          // Comlink holds on to the worker of a proxy, and by its listeners to all of us, until it is told.
          this.#remote[Comlink.releaseProxy]();
          this.#calls.end(exit);
          resolve(exit);
        });
      });
    });
  }
}

function describeFailure(error: Error & { code?: string }): string {
  return error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? 'out of memory'
    : `uncaught ${error.name}: ${error.message}`;
}
