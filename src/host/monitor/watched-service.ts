/**
 * A link that is looked at on its way: what it is doing, how often it was called and how long that took, whether
 * it still answers. Passes everything on as it is.
 */
import type { ServiceSpec } from '../../definitions/service-spec.ts';
import { asPatchbayError, PatchbayError } from '../../protocol/errors.ts';
import type { SecretMask } from '../../protocol/known-secrets.ts';
import type { Params, Result, ServiceMethod } from '../../protocol/methods.ts';
import { isRecord } from '../../protocol/reading.ts';
import { redactText } from '../../protocol/redact.ts';
import type { ServiceState, ServiceStatus } from '../../protocol/service-status.ts';
import type { Session } from '../../session/session.ts';
import type { CallOptions, Exit, Link, LinkEvents } from '../links/link.ts';
import { RecentDurations } from './recent-durations.ts';
import { ServiceLog } from './service-log.ts';

/** For whom a service works. */
export type ServiceOwner = Pick<Session, 'id' | 'turn' | 'head'>;

/** Preparing a service is no work of it. */
const PREPARING: ReadonlySet<ServiceMethod> = new Set(['describe', 'configure', 'ping']);
const LONGEST_ERROR = 300;

export interface WatchedOptions {
  readonly id: string;
  readonly spec: ServiceSpec;
  readonly open: (events: LinkEvents) => Link;
  /** Called when something that is shown has changed; cheap when nobody looks. */
  readonly onChange: () => void;
  readonly secrets: SecretMask;
}

/** What lasts over a new start of a service in the same turn. */
class Past {
  readonly log: ServiceLog;
  readonly durations = new RecentDurations();
  calls = 0;
  errors = 0;
  restarts = 0;
  lastError: string | undefined;

  constructor(secrets: SecretMask) {
    this.log = new ServiceLog(secrets);
  }
}

export class WatchedService implements Link {
  readonly service: string;
  readonly isolation: Link['isolation'];
  readonly pid: number | undefined;
  readonly threadId: number | undefined;
  readonly exited: Promise<Exit>;
  readonly #link: Link;
  readonly #onChange: () => void;
  readonly #startedAt = Date.now();
  #id: string;
  #events: LinkEvents = NOBODY;
  #owner: { readonly id: string; readonly turn: number; readonly title: () => string } | undefined;
  readonly #secrets: SecretMask;
  #past: Past;
  #phase: 'spare' | 'starting' | 'up' | 'stopping' | 'crashed' | 'stopped' = 'spare';
  #scope: ServiceStatus['scope'] = 'turn';
  #isUnhealthy = false;
  #inFlight = 0;
  /** Times of `performance.now()`. */
  #lastActivity = 0;
  #pinged: number | undefined;
  #memory: number | undefined;

  constructor({ id, spec, open, onChange, secrets }: WatchedOptions) {
    this.#id = id;
    this.#secrets = secrets;
    this.#past = new Past(secrets);
    this.#onChange = onChange;
    this.#link = open({
      onRequest: (...request) => this.#events.onRequest(...request),
      onNotification: (name, payload) => {
        this.#keepLog(name, payload);
        this.#events.onNotification(name, payload);
      },
      onLog: (text, level) => {
        this.#past.log.add(text, level);
        this.#onChange();
        this.#events.onLog(text, level);
      },
    });
    this.service = spec.name;
    this.isolation = this.#link.isolation;
    this.pid = this.#link.pid;
    this.threadId = this.#link.threadId;
    this.exited = this.#link.exited;
    void this.exited.then((exit) => this.#end(exit));
  }

  get id(): string {
    return this.#id;
  }

  get owner(): { readonly id: string; readonly turn: number } | undefined {
    return this.#owner;
  }

  get hasEnded(): boolean {
    return this.#phase === 'crashed' || this.#phase === 'stopped';
  }

  /** Gives it to whoever needs it now; it is theirs alone. */
  adopt(events: LinkEvents, owner: ServiceOwner | undefined): void {
    this.#events = events;
    this.#owner = owner && { id: owner.id, turn: owner.turn, title: () => owner.head.title };
    if (this.#phase === 'spare') this.#phase = 'starting';
    this.#onChange();
  }

  /** Takes the place of one that ended in the same turn. */
  continueFrom(earlier: WatchedService): void {
    this.#id = earlier.#id;
    this.#past = earlier.#past;
    this.#past.restarts += 1;
  }

  /** Said once it is configured and may be used. */
  markUp(scope: ServiceStatus['scope']): void {
    if (this.#phase === 'starting') this.#phase = 'up';
    this.#scope = scope;
    this.#lastActivity = performance.now();
    this.#onChange();
  }

  /** The turn is over and it lives on: until it is adopted again, nobody hears it. */
  rest(): void {
    this.#events = NOBODY;
    this.#onChange();
  }

  async call<M extends ServiceMethod>(
    method: M,
    params: Params<M>,
    options: CallOptions = {},
  ): Promise<Result<M>> {
    if (PREPARING.has(method)) return this.#link.call(method, params, options);
    const { onNotification } = options;
    const listen = onNotification && {
      onNotification: (name: string, payload: unknown) => {
        this.#keepLog(name, payload);
        onNotification(name, payload);
      },
    };
    const began = performance.now();
    this.#past.calls += 1;
    this.#inFlight += 1;
    this.#onChange();
    try {
      const result = await this.#link.call(method, params, { ...options, ...listen });
      this.#isUnhealthy = false;
      return result;
    } catch (error) {
      this.#note(error);
      throw error;
    } finally {
      this.#lastActivity = performance.now();
      this.#past.durations.add(this.#lastActivity - began);
      this.#inFlight -= 1;
      this.#onChange();
    }
  }

  notify(name: string, params: unknown): void {
    this.#link.notify(name, params);
  }

  learn(manifest: Parameters<Link['learn']>[0]): void {
    this.#link.learn(manifest);
  }

  logTail(): string {
    return this.#link.logTail();
  }

  /** The lines of its log with their times, over new starts too. */
  log(): string {
    return this.#past.log.text();
  }

  stop(): Promise<void> {
    if (!this.hasEnded) this.#phase = 'stopping';
    this.#onChange();
    return this.#link.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /**
   * Asks for a sign of life, and marks it when the last one is overdue although it has nothing else to do. One
   * that is busy is not asked: it may read its input for an answer and take the question for it. Our threads
   * are, for their memory, when `evenBusy`; so are spares.
   */
  checkHealth(lateMs: number, { evenBusy }: { evenBusy: boolean }): void {
    if (this.#phase === 'spare' && evenBusy && this.#pinged === undefined) this.#ping();
    if (this.#phase !== 'up') return;
    const isIdle = this.#inFlight === 0;
    if (this.#pinged === undefined) {
      if (isIdle || (evenBusy && this.isolation === 'thread')) this.#ping();
    } else if (isIdle && performance.now() - Math.max(this.#pinged, this.#lastActivity) >= lateMs) {
      if (!this.#isUnhealthy) this.#past.log.add('It has nothing to do and does not answer.', 'warning');
      this.#isUnhealthy = true;
      this.#onChange();
    }
  }

  setMemory(bytes: number | undefined): void {
    this.#memory = bytes ?? this.#memory;
  }

  status(): ServiceStatus {
    const { calls, errors, restarts, lastError, durations } = this.#past;
    return {
      id: this.#id,
      service: this.service,
      session_id: this.#owner?.id,
      session_title: this.#owner?.title(),
      kind: this.isolation,
      pid: this.pid,
      thread_id: this.threadId,
      state: this.#state(),
      scope: this.#scope,
      memory_bytes: this.hasEnded ? undefined : this.#memory,
      calls,
      in_flight: this.#inFlight,
      errors,
      ...durations.percentiles({ p50_ms: 0.5, p95_ms: 0.95 }),
      restarts,
      last_error: lastError,
      started_at: this.#startedAt,
    };
  }

  #state(): ServiceState {
    if (this.#phase !== 'up') return this.#phase;
    if (this.#isUnhealthy) return 'unhealthy';
    return this.#inFlight > 0 ? 'busy' : 'idle';
  }

  #ping(): void {
    this.#pinged = performance.now();
    const heard = (answer?: unknown) => {
      this.#pinged = undefined;
      if (isRecord(answer) && typeof answer.heap_bytes === 'number' && this.pid === undefined) {
        this.#memory = answer.heap_bytes;
      }
      if (!this.#isUnhealthy) return;
      this.#isUnhealthy = false;
      this.#onChange();
    };
    // Any answer is a sign of life, also that it knows no such question. Without a time limit, as what is
    // given up is ended: whether to stop it is the person's choice.
    this.#link.call('ping', {}).then(heard, () => heard());
  }

  #note(error: unknown): void {
    const { kind, message } = asPatchbayError(error, this.service);
    if (kind === 'cancelled') return;
    this.#past.errors += 1;
    this.#past.lastError = this.#redacted(message).slice(0, LONGEST_ERROR);
  }

  #redacted(text: string): string {
    return redactText(this.#secrets.mask(text));
  }

  #keepLog(name: string, payload: unknown): void {
    if (name !== 'log' || !isRecord(payload) || typeof payload.message !== 'string') return;
    this.#past.log.add(payload.message, typeof payload.level === 'string' ? payload.level : 'info');
    this.#onChange();
  }

  #end({ crashed, how }: Exit): void {
    this.#phase = crashed ? 'crashed' : 'stopped';
    this.#past.log.add(`${crashed ? 'It ended by itself' : 'It was stopped'} (${how}).`, 'info');
    if (crashed)
      this.#past.lastError = `It ended by itself (${this.#redacted(how).slice(0, LONGEST_ERROR)}).`;
    // Who it worked for is not kept in memory for its sake.
    const title = this.#owner?.title();
    if (this.#owner && title !== undefined) this.#owner = { ...this.#owner, title: () => title };
    this.#events = NOBODY;
    this.#onChange();
  }
}

const NOBODY: LinkEvents = {
  onRequest: async (method) => {
    throw new PatchbayError('protocol', `${method} came while no turn had the service.`);
  },
  onNotification: () => undefined,
  onLog: () => undefined,
};
