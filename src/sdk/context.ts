/**
 * What a component gets with each call: who cancels it, how it reports, and what it may ask of the host.
 */
import type { StreamHandler } from '../protocol/call-streams.ts';
import type { HostMethod, Params, Result } from '../protocol/methods.ts';
import type { NotificationName, Payload } from '../protocol/notifications.ts';

export type LogLevel = 'debug' | 'info' | 'warning' | 'error';
/** The service's own environment: the overlay the host gave it, and nothing else. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface HostClient {
  /**
   * Asks the host. Rejects with a PatchbayError; `signal` cancels the request at the host too.
   * `onRelay` gets the notifications that belong to this very request, in order, before it settles.
   */
  request<M extends HostMethod>(
    method: M,
    params: Params<M>,
    options?: { signal?: AbortSignal; onRelay?: StreamHandler },
  ): Promise<Result<M>>;
}

export interface CallContext {
  /** Aborted when the caller cancels. A component that ignores it is ended after the grace time. */
  readonly signal: AbortSignal;
  readonly environment: Environment;
  readonly host: HostClient;
  /** Sends a notification that belongs to this call. */
  notify<N extends NotificationName>(name: N, payload: Payload<N>): void;
  /** A line of the service's log. */
  log(level: LogLevel, message: string, data?: unknown): void;
}
