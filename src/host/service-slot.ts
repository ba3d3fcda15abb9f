/**
 * One service's place in a turn: started when it is first needed, started anew after a crash when it is next
 * needed (RT-21, RT-31), stopped with the turn. What was configured once is configured again.
 */
import type { ServiceSpec } from '../definitions/service-spec.ts';
import { missingError } from '../definitions/variables.ts';
import { PatchbayError, RpcCode } from '../protocol/errors.ts';
import type { Manifest } from '../protocol/manifest.ts';
import type { Exit, Link, LinkEvents } from './links/link.ts';
import { lastWords } from './links/log-tail.ts';
import type { ManifestCache } from './manifests.ts';
import type { ServiceOwner } from './monitor/watched-service.ts';
import { nextStart } from './one-start-a-turn.ts';
import { needsPython, withPython } from './python-environment.ts';
import type { KeptLink, Spawner, StartedLink } from './spawner.ts';

/** So often a crashed service is started again in one turn. */
const MAX_RESTARTS = 3;

export interface SlotEvents extends LinkEvents {
  readonly onStarted: (link: Link, startMs: number) => void;
  readonly onCrashed: (exit: Exit, logTail: string) => void;
  /** It was asked to stop and is gone. */
  readonly onStopped: () => void;
}

export interface SlotOptions {
  readonly spec: ServiceSpec;
  readonly spawner: Spawner;
  readonly manifests: ManifestCache;
  /** The session it works for. */
  readonly owner?: ServiceOwner;
  readonly events: SlotEvents;
  /** Brings a started service to where the turn is, e.g. replays the conversation to a context manager. */
  readonly prepare?: (link: Link, manifest: Manifest) => Promise<void>;
}

export class ServiceSlot {
  readonly spec: ServiceSpec;
  readonly #options: SlotOptions;
  #manifest: Manifest | undefined;
  #starting: Promise<Link> | undefined;
  /** The one started last, up or not. */
  #link: StartedLink | undefined;
  #crashes = 0;
  #stopped = false;
  #isUp = false;
  #isReleased = false;

  readonly #ending = new AbortController();
  #startFailure: PatchbayError | undefined;

  constructor(options: SlotOptions) {
    this.#options = options;
    this.spec = options.spec;
  }

  /** What the service offers: remembered if its file is known, else it is started and asked. */
  async manifest(): Promise<Manifest> {
    this.#manifest ??= await this.#options.manifests.get(this.spec);
    // One whose variables are missing can still say what it offers; whether that is needed is seen then.
    if (!this.#manifest) await this.#line();
    return this.#manifest!;
  }

  /** What it offers, once that was asked. */
  get known(): Manifest | undefined {
    return this.#manifest;
  }

  /**
   * The line to the running service.
   * @throws PatchbayError when it cannot be started, crashed too often in this turn, or the turn is over; `config`
   *   when variables are missing that its settings ask for.
   */
  link(): Promise<Link> {
    const { missing, name } = this.spec;
    return missing ? Promise.reject(missingError(missing, name)) : this.#line();
  }

  #line(): Promise<Link> {
    if (this.#stopped) return Promise.reject(this.#unavailable('the turn is over'));
    if (this.#startFailure) return Promise.reject(this.#startFailure);
    this.#starting ??= this.#start();
    return this.#starting;
  }

  /** True once it was asked to start in this turn and has not crashed since. */
  get isStarted(): boolean {
    return this.#starting !== undefined;
  }

  /** Ends the service, or lets it wait for the next turn where it is one of the session's (RT-23). */
  async stop(): Promise<void> {
    this.#stopped = true;
    const { spawner, owner } = this.#options;
    // A child's session is one piece of work: nothing of it is left waiting for a next turn.
    const isLasting = this.#scope === 'session' && owner?.head.parent_id === undefined;
    if (this.#isUp && owner && this.#link && isLasting) {
      this.#isReleased = true;
      spawner.keep(this.#link, this.spec, this.#manifest!, owner);
      return;
    }
    this.#ending.abort();
    // One that does not come up is not waited for: ending it fails its start.
    await this.#link?.stop();
    await this.#starting?.catch(() => undefined);
    // One that was still handed over from the last turn came meanwhile.
    await this.#link?.stop();
  }

  get #scope(): 'turn' | 'session' {
    return this.#manifest?.scope === 'session' ? 'session' : 'turn';
  }

  async #start(): Promise<Link> {
    const { spawner, events, owner } = this.#options;
    const began = performance.now();
    const waiting = owner && spawner.takeKept(this.spec, events, owner);
    const kept = waiting && (await waiting);
    if (!kept) await nextStart();
    const spec = needsPython(this.spec) && !kept ? await this.#prepared() : this.spec;
    if (this.#stopped && !kept) throw this.#unavailable('the turn is over');
    const link = kept?.link ?? spawner.start(spec, events, owner);
    this.#link = link;
    void link.exited.then((exit) => this.#onExit(exit, link));
    try {
      if (kept) await this.#goOn(kept);
      else await this.#prepare(link);
    } catch (error) {
      const failure = this.#cannotStart(error, link.logTail());
      await link.stop();
      // The same would happen again; a crash of a service that once worked is another matter.
      if (this.#crashes === 0 || failure.kind !== 'crashed') this.#startFailure = failure;
      throw failure;
    }
    this.#isUp = true;
    link.markUp(this.#scope);
    if (!kept) events.onStarted(link, performance.now() - began);
    return link;
  }

  async #prepare(link: Link): Promise<void> {
    const { spawner, manifests, prepare } = this.#options;
    if (!this.#manifest) {
      this.#manifest = await link.call('describe', {}, { timeoutMs: spawner.times.describeMs });
      await manifests.put(this.spec, this.#manifest);
    }
    link.learn(this.#manifest);
    if (this.spec.missing) return;
    await this.#configure(link);
    await prepare?.(link, this.#manifest);
  }

  /** It knows all it was told, but for settings that changed since. */
  async #goOn({ link, manifest, spec }: KeptLink): Promise<void> {
    this.#manifest = manifest;
    if (JSON.stringify(spec.config) !== JSON.stringify(this.spec.config)) await this.#configure(link);
  }

  /** With the interpreter of its environment, which may have to be made first. */
  async #prepared(): Promise<ServiceSpec> {
    const onLog = (text: string) => this.#options.events.onLog(text, 'info');
    try {
      return await withPython(this.spec, { signal: this.#ending.signal, onLog });
    } catch (error) {
      this.#startFailure = this.#cannotStart(error, '');
      throw this.#startFailure;
    }
  }

  async #configure(link: Link): Promise<void> {
    const config = configFor(this.spec.config, this.#manifest!);
    if (Object.keys(config).length === 0) return;
    try {
      await link.call('configure', { config }, { timeoutMs: this.#options.spawner.times.describeMs });
    } catch (error) {
      if (error instanceof PatchbayError && error.code === RpcCode.methodNotFound) return;
      throw error;
    }
  }

  #onExit(exit: Exit, link: Link): void {
    // What becomes of it is the next turn's.
    if (this.#isReleased) return;
    if (!exit.crashed) {
      if (this.#isUp) this.#options.events.onStopped();
      // Stopped by the person while the turn goes on: the next call has a fresh one.
      this.#isUp = false;
      this.#starting = undefined;
      return;
    }
    this.#crashes += 1;
    this.#starting = undefined;
    // One that never came up is reported by whoever wanted to start it.
    if (this.#isUp) this.#options.events.onCrashed(exit, link.logTail());
    this.#isUp = false;
    if (this.#crashes > MAX_RESTARTS) {
      this.#startFailure = this.#unavailable(
        `it stopped ${this.#crashes} times in this turn, last with ${exit.how}`,
      );
    }
  }

  #cannotStart(error: unknown, log: string): PatchbayError {
    const { name, origin } = this.spec;
    const cause = error instanceof PatchbayError ? error : undefined;
    return new PatchbayError(
      cause?.kind ?? 'crashed',
      `Service "${name}" (${origin}) could not be started: ${cause?.message ?? String(error)}${lastWords(log)}`,
      {
        service: name,
        code: cause?.code,
        // What is wrong with a configuration or a token, the service and its line know best.
        remedy:
          (cause?.kind === 'config' || cause?.kind === 'auth' ? cause.remedy : undefined) ?? this.#remedy(),
        cause: error,
      },
    );
  }

  #remedy(): string {
    const { name, origin } = this.spec;
    return origin === 'built-in'
      ? 'Try again. If it stays so, a part of Patchbay is missing: install it again.'
      : `Correct the service "${name}" in ${origin}, or remove it.`;
  }

  #unavailable(why: string): PatchbayError {
    return new PatchbayError('crashed', `Service "${this.spec.name}" is unavailable: ${why}.`, {
      service: this.spec.name,
      remedy: `Look at the log of "${this.spec.name}".`,
    });
  }
}

/**
 * The configuration of the components a service really has. Keys are compared without the difference of `-`
 * and `_` and without the suffixes of the reference's shipped definitions (`logging-hook` is `logging`).
 */
export function configFor(
  config: Readonly<Record<string, unknown>>,
  manifest: Manifest,
): Record<string, unknown> {
  const { tools, hooks, providers, orchestrators, context_managers } = manifest.capabilities;
  const names = [...tools, ...hooks, ...providers, ...orchestrators, ...context_managers].map(
    ({ name }) => name,
  );
  const plain = (name: string) => name.replaceAll('-', '_').replace(/_(tool|hook)$/, '');
  const found: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(config)) {
    const name = names.find((each) => each === key) ?? names.find((each) => plain(each) === plain(key));
    if (name !== undefined) found[name] = value;
  }
  return found;
}
