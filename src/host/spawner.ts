/** Opens the line to a service as its manifest or settings say: a thread, a process or HTTP, where the monitor sees it. */
import type { ServiceSpec } from '../definitions/service-spec.ts';
import type { Manifest } from '../protocol/manifest.ts';
import { HttpLink } from './links/http-link.ts';
import { DEFAULT_LINK_TIMES, type Link, type LinkEvents, type LinkTimes } from './links/link.ts';
import { ProcessLink } from './links/process-link.ts';
import { ThreadLink } from './links/thread-link.ts';
import { letGoOfWatchdog } from './links/watchdog.ts';
import { Monitor } from './monitor/service-monitor.ts';
import { type ServiceOwner, WatchedService } from './monitor/watched-service.ts';
import { SessionServices } from './session-services.ts';
import { type SpareSettings, Spares } from './spares.ts';

export interface Spawner extends AsyncDisposable {
  readonly times: LinkTimes;
  /**
   * Opens a line at once; whether the service comes up shows in its first call. Never throws.
   * @param owner the session it works for; absent when it is only asked what it offers.
   */
  start(spec: ServiceSpec, events: LinkEvents, owner?: ServiceOwner): StartedLink;
  /** The session's service that waited since an earlier turn (RT-23), or undefined at once or later. */
  takeKept(
    spec: ServiceSpec,
    events: LinkEvents,
    owner: ServiceOwner,
  ): Promise<KeptLink | undefined> | undefined;
  /** Lets a service that was started here wait for the session's next turn. */
  keep(link: StartedLink, spec: ServiceSpec, manifest: Manifest, owner: ServiceOwner): void;
  /** The services that wait for the next turn of their session. */
  readonly kept: Pick<SessionServices, 'begin' | 'close'>;
  /** Whether `start` would take one of those. */
  hasSpare(spec: ServiceSpec): boolean;
  /** Boots threads for these, the most needed first, ahead of their use; `start` then takes them (RT-21). */
  keepSpares(specs: readonly ServiceSpec[], settings?: SpareSettings): Promise<void>;
}

export interface KeptLink {
  readonly link: StartedLink;
  readonly manifest: Manifest;
  /** As it was configured. */
  readonly spec: ServiceSpec;
}

export interface StartedLink extends Link {
  /** Said once the service is configured and may be used. */
  markUp(scope: 'turn' | 'session'): void;
}

/** @param monitor where what is started can be seen; its own, which nobody looks at, when absent. */
export function createSpawner(times: Partial<LinkTimes> = {}, monitor = new Monitor()): Spawner {
  const all = { ...DEFAULT_LINK_TIMES, ...times };
  const open = (spec: ServiceSpec) => monitor.open(spec, (events) => openLink(spec, events, all));
  const spares = new Spares((spec) =>
    monitor.open(spec, (events) => new ThreadLink(spec, events, all, true)),
  );
  const kept = new SessionServices();
  return {
    times: all,
    start(spec, events, owner) {
      const service = (spec.isolation === 'thread' ? spares.take(spec) : undefined) ?? open(spec);
      monitor.adopt(service, events, owner);
      if (owner) kept.started(service, spec);
      return service;
    },
    takeKept: (spec, events, owner) =>
      kept.take(owner.id, spec)?.then((found) => {
        if (!found) return undefined;
        monitor.adopt(found.service, events, owner);
        return { link: found.service, manifest: found.manifest, spec: found.spec };
      }),
    keep(link, spec, manifest, owner) {
      if (link instanceof WatchedService) kept.keep(owner.id, { service: link, spec, manifest });
    },
    kept,
    hasSpare: (spec) => spec.isolation === 'thread' && spares.has(spec),
    keepSpares: (specs, settings) => spares.keep(specs, settings),
    async [Symbol.asyncDispose]() {
      await Promise.all([spares[Symbol.asyncDispose](), kept[Symbol.asyncDispose]()]);
      monitor[Symbol.dispose]();
      letGoOfWatchdog();
    },
  };
}

function openLink(spec: ServiceSpec, events: LinkEvents, times: LinkTimes): Link {
  switch (spec.isolation) {
    case 'thread':
      return new ThreadLink(spec, events, times);
    case 'process':
      return new ProcessLink(spec, events, times);
    case 'http':
      return new HttpLink(spec, events, times);
  }
}
