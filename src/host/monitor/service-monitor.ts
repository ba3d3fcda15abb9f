/**
 * All services of a host as they are now, and as they ended in their session's last turn. Keeps counts as calls
 * pass; measuring and telling begin with the first who looks and end with the last.
 */
import type { ServiceSpec } from '../../definitions/service-spec.ts';
import { PatchbayError } from '../../protocol/errors.ts';
import { NO_SECRETS, type SecretMask } from '../../protocol/known-secrets.ts';
import type { ServiceStatus } from '../../protocol/service-status.ts';
import type { Link, LinkEvents } from '../links/link.ts';
import { processMemory } from './process-memory.ts';
import { type ServiceOwner, WatchedService } from './watched-service.ts';

/** Milliseconds. */
export interface MonitorTimes {
  /** Between two signs of life that an idle service is asked for. */
  readonly pingEveryMs: number;
  /** After which a sign of life is missed. */
  readonly pingLateMs: number;
  /** Between two looks at the memory, while somebody looks. */
  readonly measureEveryMs: number;
  /** For which changes are gathered before they are told. */
  readonly gatherMs: number;
}

export const DEFAULT_MONITOR_TIMES: MonitorTimes = {
  pingEveryMs: 5_000,
  pingLateMs: 3_000,
  measureEveryMs: 2_000,
  gatherMs: 250,
};

/** Ended services that are still listed; the oldest go first. */
const KEEP_ENDED = 64;

/** What a view needs. */
export interface ServiceMonitor {
  /** Those of one session stand together, in the order in which they were started. */
  list(): ServiceStatus[];
  /** Called after changes, several at once; only while somebody listens is anything measured. */
  onChange(listener: () => void): Disposable;
  /**
   * Asks a service to end, then ends it; calls in flight fail. The next call that needs it has a fresh one.
   * @throws PatchbayError `config` when it is not listed any more.
   */
  stop(id: string): Promise<void>;
  /** What it said lately, line by line. Empty when it is not listed any more. */
  log(id: string): string;
}

export class Monitor implements ServiceMonitor, Disposable {
  readonly #times: MonitorTimes;
  readonly #services = new Map<string, WatchedService>();
  readonly #listeners = new Set<() => void>();
  readonly #onFirst: () => void;
  readonly #secrets: SecretMask;
  #nextId = 1;
  #health: NodeJS.Timeout | undefined;
  #measuring: NodeJS.Timeout | undefined;
  #telling: NodeJS.Timeout | undefined;

  /** @param options.onFirst called when a service is started and none was alive. */
  constructor(
    times: Partial<MonitorTimes> = {},
    options: { readonly onFirst?: () => void; readonly secrets?: SecretMask } = {},
  ) {
    this.#times = { ...DEFAULT_MONITOR_TIMES, ...times };
    this.#onFirst = options.onFirst ?? (() => undefined);
    this.#secrets = options.secrets ?? NO_SECRETS;
  }

  /** Opens a line to a service that nobody has yet; see `adopt`. */
  open(spec: ServiceSpec, open: (events: LinkEvents) => Link): WatchedService {
    const id = `${spec.name}#${this.#nextId++}`;
    const onChange = () => this.#changed();
    const service = new WatchedService({ id, spec, open, onChange, secrets: this.#secrets });
    this.#services.set(id, service);
    void service.exited.then(() => this.#ended(service));
    this.#watchHealth();
    this.#changed();
    return service;
  }

  /** Gives an opened service to a turn, or to nobody's (`owner` absent) for being asked something. */
  adopt(service: WatchedService, events: LinkEvents, owner: ServiceOwner | undefined): void {
    if (owner) this.#clearPlace(service, owner);
    service.adopt(events, owner);
  }

  list(): ServiceStatus[] {
    const all = [...this.#services.values()].map((service) => service.status());
    const sessions = [...new Set(all.map(({ session_id }) => session_id))];
    return sessions.flatMap((session) => all.filter(({ session_id }) => session_id === session));
  }

  onChange(listener: () => void): Disposable {
    this.#listeners.add(listener);
    if (this.#measuring === undefined) {
      this.#measuring = setInterval(() => void this.#measure(), this.#times.measureEveryMs).unref();
      void this.#measure();
    }
    return {
      [Symbol.dispose]: () => {
        this.#listeners.delete(listener);
        if (this.#listeners.size === 0) this.#rest();
      },
    };
  }

  async stop(id: string): Promise<void> {
    const service = this.#services.get(id);
    if (!service) {
      throw new PatchbayError('config', 'This service is gone already.', { remedy: 'Refresh the list.' });
    }
    await service.stop();
  }

  log(id: string): string {
    return this.#services.get(id)?.log() ?? '';
  }

  [Symbol.dispose](): void {
    this.#listeners.clear();
    this.#rest();
    clearInterval(this.#health);
    this.#health = undefined;
  }

  /** Of what ended before in this session, only the same turn's is still of interest. */
  #clearPlace(service: WatchedService, owner: ServiceOwner): void {
    for (const earlier of this.#services.values()) {
      if (earlier.owner?.id !== owner.id || !earlier.hasEnded) continue;
      if (earlier.owner.turn !== owner.turn) this.#services.delete(earlier.id);
      else if (earlier.service === service.service) {
        this.#services.delete(service.id);
        service.continueFrom(earlier);
        this.#services.set(service.id, service);
      }
    }
  }

  #ended(service: WatchedService): void {
    // One that worked for nobody is missed by nobody.
    if (!service.owner && this.#services.get(service.id) === service) this.#services.delete(service.id);
    const ended = [...this.#services.values()].filter(({ hasEnded }) => hasEnded);
    for (const old of ended.slice(0, -KEEP_ENDED)) this.#services.delete(old.id);
    if (ended.length === this.#services.size) {
      clearInterval(this.#health);
      this.#health = undefined;
    }
    this.#changed();
  }

  #watchHealth(): void {
    if (this.#health !== undefined) return;
    this.#health = setInterval(() => this.#checkHealth(false), this.#times.pingEveryMs).unref();
    this.#onFirst();
  }

  #checkHealth(evenBusy: boolean): void {
    for (const service of this.#services.values()) {
      service.checkHealth(this.#times.pingLateMs, { evenBusy });
    }
  }

  async #measure(): Promise<void> {
    this.#checkHealth(true);
    const living = [...this.#services.values()].filter(({ hasEnded }) => !hasEnded);
    const memory = await processMemory(living.flatMap(({ pid }) => pid ?? []));
    for (const service of living) {
      if (service.pid !== undefined) service.setMemory(memory.get(service.pid));
    }
    if (living.length > 0) this.#changed();
  }

  #changed(): void {
    if (this.#listeners.size === 0) return;
    this.#telling ??= setTimeout(() => {
      this.#telling = undefined;
      for (const listener of this.#listeners) listener();
    }, this.#times.gatherMs).unref();
  }

  #rest(): void {
    clearInterval(this.#measuring);
    clearTimeout(this.#telling);
    this.#measuring = undefined;
    this.#telling = undefined;
  }
}
