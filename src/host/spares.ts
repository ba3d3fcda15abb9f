/**
 * Threads that are booted already, their code loaded, waiting for a turn (RT-21). A spare serves one turn, like
 * any service; it has seen nothing before. Spares that nobody wants for a while are let go.
 */
import { statSync } from 'node:fs';
import type { ServiceSpec, ThreadSpec } from '../definitions/service-spec.ts';
import type { Settings } from '../definitions/settings-schema.ts';
import type { WatchedService } from './monitor/watched-service.ts';
import { startGate } from './start-gate.ts';

export type SpareSettings = NonNullable<Settings['spares']>;

/** With the built-in composition no more than six are wanted. */
const DEFAULT_THREADS = 8;
/** Without a turn, after which spares are ended. */
const DEFAULT_IDLE_MINUTES = 5;

export class Spares implements AsyncDisposable {
  readonly #open: (spec: ThreadSpec) => WatchedService;
  readonly #ready = new Map<string, WatchedService>();
  /** Booted one after another. */
  #missing: [key: string, spec: ThreadSpec][] = [];
  #booting: Promise<void> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;

  constructor(open: (spec: ThreadSpec) => WatchedService) {
    this.#open = open;
  }

  /** A booted thread for exactly this service and environment, or undefined. It is the caller's from now on. */
  take(spec: ThreadSpec): WatchedService | undefined {
    const key = keyOf(spec);
    const spare = this.#ready.get(key);
    this.#ready.delete(key);
    return spare;
  }

  /** Whether `take` would give one. */
  has(spec: ThreadSpec): boolean {
    return this.#ready.has(keyOf(spec));
  }

  /** Settles when each of these has a spare, which boots; ends the spares of others (an old key in their environment, …). */
  keep(specs: readonly ServiceSpec[], settings: SpareSettings = {}): Promise<void> {
    const { threads = DEFAULT_THREADS, idle_minutes: idle = DEFAULT_IDLE_MINUTES } = settings;
    const sparable = specs.filter(isSparable).slice(0, threads);
    const wanted = new Map(sparable.map((spec) => [keyOf(spec), spec]));
    for (const [key, spare] of this.#ready) if (!wanted.has(key)) this.#end(key, spare);
    this.#missing = [...wanted].filter(([key]) => !this.#ready.has(key));
    this.#booting = this.#booting.then(() => this.#bootMissing());
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => void this[Symbol.asyncDispose](), idle * 60_000);
    this.#idle.unref();
    return this.#booting;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#idle);
    this.#missing = [];
    const spares = [...this.#ready.values()];
    this.#ready.clear();
    await Promise.all(spares.map((spare) => spare.stop()));
  }

  async #bootMissing(): Promise<void> {
    while (this.#missing.length > 0) {
      // Whoever is needed now boots first.
      await startGate.calm();
      await startGate.pause();
      const next = this.#missing.shift();
      if (next && !this.#ready.has(next[0])) this.#boot(...next);
    }
  }

  #boot(key: string, spec: ThreadSpec): void {
    const spare = this.#open(spec);
    this.#ready.set(key, spare);
    // The first message over a line takes longer than the others. One that cannot answer ends, see below.
    spare.call('ping', {}).catch(() => undefined);
    // One that dies while it waits is nobody's loss: its turn starts another and says what is wrong.
    void spare.exited.then(() => {
      if (this.#ready.get(key) === spare) this.#ready.delete(key);
    });
  }

  #end(key: string, spare: WatchedService): void {
    this.#ready.delete(key);
    void spare.stop();
  }
}

/** Only our own, which are one file each: what else a person's service has loaded a spare could not tell. */
function isSparable(spec: ServiceSpec): spec is ThreadSpec {
  return spec.isolation === 'thread' && spec.origin === 'built-in';
}

/** A spare of a file that was written since, as in development, is none (RT-36). */
function keyOf({ entry, env, maxHeapMb }: ThreadSpec): string {
  const written = statSync(entry, { throwIfNoEntry: false })?.mtimeMs;
  return JSON.stringify([entry, written, env, maxHeapMb]);
}
