/**
 * One service's place in a turn: started when it is first needed, started anew after a crash when it is next
 * needed (RT-21, RT-31), stopped with the turn. What was configured once is configured again.
 */
import type { ServiceSpec } from '../definitions/service-spec.ts';
import { missingError } from '../definitions/variables.ts';
import { PatchbayError, RpcCode } from '../protocol/errors.ts';
import type { Manifest, Permissions } from '../protocol/manifest.ts';
import type { HostMethod } from '../protocol/methods.ts';
import { configFor } from './component-config.ts';
import type { Exit, Link, LinkEvents } from './links/link.ts';
import { lastWords } from './links/log-tail.ts';
import type { ManifestCache } from './manifests.ts';
import type { ServiceOwner } from './monitor/watched-service.ts';
import type { Admission, Granted } from './permissions/admissions.ts';
import { samePermissions } from './permissions/permission-words.ts';
import { tokenOf } from './permissions/service-files.ts';
import { needsPython, withPython } from './python-environment.ts';
import type { KeptLink, Spawner, StartedLink } from './spawner.ts';
import { startGate } from './start-gate.ts';

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
  /** Whether it may run, and with what. */
  readonly admission: Admission;
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
  #hasOutgrown = false;
  #grants: readonly HostMethod[];

  readonly #ending = new AbortController();
  #startFailure: PatchbayError | undefined;

  constructor(options: SlotOptions) {
    this.#options = options;
    this.spec = options.spec;
    this.#grants = options.spec.thirdParty ? [] : (options.spec.grants ?? []);
  }

  /**
   * What the service offers: remembered if its file is known, else it is started and asked. One that is not allowed
   * yet is started for this alone, with nothing granted.
   * @throws PatchbayError as `link`.
   */
  async manifest(): Promise<Manifest> {
    const { manifests, admission } = this.#options;
    this.#manifest ??= await manifests.get(this.spec);
    if (this.#manifest) return this.#manifest;
    if (!(await admission.decided())) {
      // Its token is a secret of the person's: it is not sent before they say so.
      if (tokenOf(this.spec) === undefined) return this.#describeApart();
      await admission.admit(undefined);
    }
    // One whose variables are missing can still say what it offers; whether that is needed is seen then.
    await this.#line().catch((error) => {
      // It asks for other things than it was allowed: what these are is known now.
      if (!this.#hasOutgrown) throw error;
    });
    return this.#manifest!;
  }

  /** The same of a service that may run: the person is asked if they have to be. @throws PatchbayError `denied` too. */
  async admitted(): Promise<Manifest> {
    const manifest = await this.manifest();
    await this.#options.admission.admit(manifest);
    this.#hasOutgrown = false;
    return manifest;
  }

  /** What it may ask of the host beside what any service may. */
  get grants(): readonly HostMethod[] {
    return this.#grants;
  }

  /** As the composition has it, with the gates it is known for while it is denied. */
  get guarding(): ServiceSpec {
    return { ...this.spec, gates: [...(this.spec.gates ?? []), ...this.#options.admission.gates] };
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
    const granted = this.spec.thirdParty ? await this.#granted() : { spec: this.spec };
    const waiting = owner && spawner.takeKept(granted.spec, events, owner);
    const kept = waiting && (await waiting);
    const spec = needsPython(granted.spec) && !kept ? await this.#prepared(granted.spec) : granted.spec;
    const link = kept?.link ?? (await this.#open(spec));
    this.#link = link;
    void link.exited.then((exit) => this.#onExit(exit, link));
    try {
      if (kept) await this.#goOn(kept);
      else await this.#prepare(link, granted.permissions);
    } catch (error) {
      const failure = this.#cannotStart(error, link.logTail());
      await link.stop();
      // The same would happen again; a crash of a service that once worked is another matter.
      const isFinal = this.#crashes === 0 || failure.kind !== 'crashed';
      if (isFinal && !this.#hasOutgrown) this.#startFailure = failure;
      throw failure;
    }
    this.#isUp = true;
    link.markUp(this.#scope);
    if (!kept) events.onStarted(link, performance.now() - began);
    return link;
  }

  /** A thread of ours that is not booted yet waits until it may. @throws PatchbayError when the turn is over by then. */
  async #open(spec: ServiceSpec): Promise<StartedLink> {
    const { spawner, events, owner } = this.#options;
    const { signal } = this.#ending;
    const start = () => spawner.start(spec, events, owner);
    const isGated = spec.isolation === 'thread' && spec.origin === 'built-in' && !spawner.hasSpare(spec);
    if (!isGated) await startGate.pause();
    const link = isGated ? await startGate.start(start, signal) : signal.aborted ? undefined : start();
    if (!link) throw this.#unavailable('the turn is over');
    return link;
  }

  /** @param permissions what it was granted; absent: it need not ask. */
  async #prepare(link: Link, permissions?: Permissions): Promise<void> {
    const { prepare } = this.#options;
    this.#manifest ??= await this.#describe(link);
    if (permissions && !samePermissions(permissions, this.#manifest.permissions ?? {})) {
      this.#hasOutgrown = true;
      throw new PatchbayError('denied', 'it asks for other permissions than it was allowed');
    }
    link.learn(this.#manifest);
    if (this.spec.missing) return;
    await this.#configure(link);
    await prepare?.(link, this.#manifest);
  }

  async #describe(link: Link): Promise<Manifest> {
    const { spawner, manifests } = this.#options;
    const manifest = await link.call('describe', {}, { timeoutMs: spawner.times.describeMs });
    await manifests.put(this.spec, manifest);
    return manifest;
  }

  /** Started for one question, and ended. */
  async #describeApart(): Promise<Manifest> {
    const { spawner, events, admission } = this.#options;
    const apart = await admission.apart();
    const spec = needsPython(apart) ? await this.#prepared(apart) : apart;
    await startGate.pause();
    if (this.#stopped) throw this.#unavailable('the turn is over');
    const link = spawner.start(spec, { ...events, onRequest: refuseAll });
    this.#link = link;
    try {
      this.#manifest = await this.#describe(link);
      return this.#manifest;
    } catch (error) {
      this.#startFailure = this.#cannotStart(error, link.logTail());
      throw this.#startFailure;
    } finally {
      await link.stop();
    }
  }

  /** @throws PatchbayError `denied`, also while nobody was asked yet. */
  async #granted(): Promise<Granted> {
    const granted = await this.#options.admission.decided();
    if (granted) {
      this.#grants = granted.spec.grants ?? [];
      return granted;
    }
    this.#starting = undefined;
    throw new PatchbayError('denied', `Service "${this.spec.name}" was not allowed to run yet.`, {
      service: this.spec.name,
      remedy: 'The next prompt of a session asks you about it.',
    });
  }

  /** It knows all it was told, but for settings that changed since. */
  async #goOn({ link, manifest, spec }: KeptLink): Promise<void> {
    this.#manifest = manifest;
    if (JSON.stringify(spec.config) !== JSON.stringify(this.spec.config)) await this.#configure(link);
  }

  /** With the interpreter of its environment, which may have to be made first. */
  async #prepared(spec: ServiceSpec): Promise<ServiceSpec> {
    const onLog = (text: string) => this.#options.events.onLog(text, 'info');
    try {
      return await withPython(spec, { signal: this.#ending.signal, onLog });
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
          (cause?.kind === 'config' || cause?.kind === 'auth' ? cause.remedy : undefined) ??
          this.#remedy(log),
        cause: error,
      },
    );
  }

  #remedy(log: string): string {
    const { name, origin, thirdParty } = this.spec;
    if (thirdParty && log.includes('ERR_ACCESS_DENIED')) {
      return `"${name}" reached for what it was not granted. What it needs beyond its own files has to stand in its \`permissions\`, and may be used only after \`describe\`.`;
    }
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

async function refuseAll(method: string): Promise<never> {
  throw new PatchbayError('denied', `${method} was refused: the service is only asked what it offers.`);
}
