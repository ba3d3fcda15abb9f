/** One line to one service. Knows bytes and lifetimes, nothing of what the messages mean. */
import type { ServiceSpec } from '../../definitions/service-spec.ts';
import type { StreamHandler } from '../../protocol/call-streams.ts';
import type { ErrorKind } from '../../protocol/errors.ts';
import type { Manifest } from '../../protocol/manifest.ts';
import type { Params, Result, ServiceMethod } from '../../protocol/methods.ts';

/** How a service ended. */
export interface Exit {
  /** False when the host asked for it. */
  readonly crashed: boolean;
  /** For the person: `exit code 1`, `signal SIGKILL`, `out of memory`, … */
  readonly how: string;
  /** What the calls fail with; `crashed` when absent. */
  readonly kind?: ErrorKind | undefined;
  /** What the person can do, where more is known than to look at the log. */
  readonly remedy?: string | undefined;
}

export interface CallOptions {
  /** Asks the service to cancel; the caller is answered at once, the service ended if it does not obey. */
  readonly signal?: AbortSignal;
  /** Milliseconds until the call fails with `timeout`. Absent: no limit. */
  readonly timeoutMs?: number;
  /** Milliseconds without a notification of this call until it fails with `timeout`. Absent: no limit. */
  readonly silenceMs?: number;
  /** Gets the notifications that belong to this call, in order, before it settles. */
  readonly onNotification?: StreamHandler;
}

/** Answers a request of the service. What it throws crosses the line as a typed error. */
export type RequestHandler = (method: string, params: unknown, signal: AbortSignal) => Promise<unknown>;

/** What the owner of a link listens to; given once, when the line is opened. */
export interface LinkEvents {
  readonly onRequest: RequestHandler;
  /** Notifications that belong to no open call. */
  readonly onNotification: StreamHandler;
  /** A line of the service's own output, or a fault of its messages. */
  readonly onLog: (text: string, level: 'info' | 'warning') => void;
}

export interface Link extends AsyncDisposable {
  readonly service: string;
  readonly isolation: ServiceSpec['isolation'];
  /** Of a process of ours; absent for any other. */
  readonly pid: number | undefined;
  /** Of a thread: Node's number of it. */
  readonly threadId?: number | undefined;
  /** @throws PatchbayError with the service's name: crashed, timeout, cancelled, protocol or its own error. */
  call<M extends ServiceMethod>(method: M, params: Params<M>, options?: CallOptions): Promise<Result<M>>;
  notify(name: string, params: unknown): void;
  /** Tells the line what the service said of itself: one that knows no protocol may take one call at a time. */
  learn(manifest: Pick<Manifest, 'protocol'>): void;
  /** Settles once, with how the service ended. Never rejects. */
  readonly exited: Promise<Exit>;
  /** The last part of what the service printed. */
  logTail(): string;
  /** Asks it to end, then ends it. Settles when it is gone; may be called again. */
  stop(): Promise<void>;
}

/** Milliseconds; all can be set (protocol.md §10). */
export interface LinkTimes {
  readonly describeMs: number;
  /** Between a cancel and the end of a service that ignores it. */
  readonly cancelGraceMs: number;
  /** Between asking a thread, or a service over HTTP, to stop and ending it. */
  readonly threadStopMs: number;
  /** Between closing a process's stdin and SIGTERM. */
  readonly processStopMs: number;
  /** Between SIGTERM and SIGKILL. */
  readonly processKillMs: number;
}

export const DEFAULT_LINK_TIMES: LinkTimes = {
  describeMs: 10_000,
  cancelGraceMs: 2_000,
  threadStopMs: 1_000,
  processStopMs: 500,
  processKillMs: 5_000,
};
