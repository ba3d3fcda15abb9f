/**
 * Where a service is put to be checked: started over the same links as in a turn, with a stand-in for the host
 * that answers what it asks. Started anew when it ended or when a check failed, so that checks stay apart.
 */
import type { ServiceSpec } from '../../definitions/service-spec.ts';
import { PatchbayError, RpcCode } from '../../protocol/errors.ts';
import type { Manifest } from '../../protocol/manifest.ts';
import type { Params, Result, ServiceMethod } from '../../protocol/methods.ts';
import { configFor } from '../component-config.ts';
import type { CallOptions, Link, LinkTimes } from '../links/link.ts';
import { NOT_A_MESSAGE } from '../links/process-link.ts';
import { createSpawner, type Spawner } from '../spawner.ts';
import { createHostStandIn } from './host-stand-in.ts';

export interface StandOptions {
  /** Absolute; the folder the tools are told to work in. Their input is made up, so it must hold nothing of value. */
  readonly folder: string;
  readonly times?: Partial<LinkTimes>;
  /** Milliseconds for one call of a tool, hook, provider, …; 30 s when left out. */
  readonly callMs?: number;
}

export class Stand implements AsyncDisposable {
  readonly spec: ServiceSpec;
  readonly folder: string;
  readonly callMs: number;
  /** Lines of its stdout that are no messages. */
  readonly printed: string[] = [];
  /** Known once it was described. */
  manifest: Manifest | undefined;
  readonly #spawner: Spawner;
  #link: Link | undefined;
  #hasEnded = false;
  #isConfigured = false;

  constructor(spec: ServiceSpec, options: StandOptions) {
    this.spec = spec;
    this.folder = options.folder;
    this.callMs = options.callMs ?? 30_000;
    this.#spawner = createSpawner(options.times);
  }

  get times(): LinkTimes {
    return this.#spawner.times;
  }

  /** Whether the service ended since it was last started. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Whether it was started and not stopped by us since; it may have ended. */
  get isStarted(): boolean {
    return this.#link !== undefined;
  }

  /** What the service that runs, or ran last, printed. */
  log(): string {
    return this.#link?.logTail() ?? '';
  }

  /** The line to the service, started and configured. */
  async link(): Promise<Link> {
    const link = this.#link && !this.#hasEnded ? this.#link : this.start();
    if (!this.#isConfigured) await this.#configure(link);
    this.#isConfigured = true;
    return link;
  }

  /** Starts it, and nothing more: it is neither described nor configured. */
  start(): Link {
    this.#hasEnded = false;
    this.#isConfigured = false;
    const link = this.#spawner.start(this.spec, {
      onRequest: createHostStandIn(),
      onNotification: () => undefined,
      onLog: (text) => {
        if (text.startsWith(NOT_A_MESSAGE)) this.printed.push(text.slice(NOT_A_MESSAGE.length));
      },
    });
    this.#link = link;
    void link.exited.then(() => {
      if (this.#link === link) this.#hasEnded = true;
    });
    return link;
  }

  /** @throws PatchbayError as the link does; `timeout` after `callMs`. */
  async call<M extends ServiceMethod>(
    method: M,
    params: Params<M>,
    options: CallOptions = {},
  ): Promise<Result<M>> {
    const link = await this.link();
    return await link.call(method, params, { timeoutMs: this.callMs, ...options });
  }

  /** @throws PatchbayError `crashed` or `timeout` when what was started last ended or does not answer any more. */
  async expectAlive(): Promise<void> {
    const link = this.#link ?? (await this.link());
    try {
      await link.call('ping', {}, { timeoutMs: this.callMs });
    } catch (error) {
      if (isRefusal(error)) return;
      throw error;
    }
  }

  /** The next call finds a fresh service. */
  async renew(): Promise<void> {
    const link = this.#link;
    this.#link = undefined;
    await link?.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.renew();
    await this.#spawner[Symbol.asyncDispose]();
  }

  async #configure(link: Link): Promise<void> {
    const config = this.manifest ? configFor(this.spec.config, this.manifest) : {};
    if (Object.keys(config).length === 0) return;
    try {
      await link.call('configure', { config }, { timeoutMs: this.callMs });
    } catch (error) {
      if (!(error instanceof PatchbayError && error.code === RpcCode.methodNotFound)) throw error;
    }
  }
}

/** An error that the service itself answered: it is there and says no. */
export function isRefusal(error: unknown): error is PatchbayError {
  if (!(error instanceof PatchbayError) || OF_THE_LINK.has(error.kind)) return false;
  // An answer of a wrong shape, as the link reports it.
  return !(error.kind === 'protocol' && error.code === RpcCode.internal);
}

/** Kinds by which the link tells that there was no answer. */
const OF_THE_LINK: ReadonlySet<string> = new Set(['crashed', 'timeout', 'cancelled']);
