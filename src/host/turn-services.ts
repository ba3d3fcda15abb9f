/** A turn's services: a slot for each, one routing table of what they offer, what happens to them as events. */
import type { ServiceSpec } from '../definitions/service-spec.ts';
import type { ApprovalRequest } from '../protocol/approvals.ts';
import { asPatchbayError } from '../protocol/errors.ts';
import type { EventBody } from '../protocol/events.ts';
import type { Manifest } from '../protocol/manifest.ts';
import type { EventError } from '../protocol/outcome.ts';
import { closedGates, withFailurePolicy } from './closed-gates.ts';
import type { Link, LinkEvents } from './links/link.ts';
import { lastWords } from './links/log-tail.ts';
import type { ManifestCache } from './manifests.ts';
import { RoutingTable } from './routing-table.ts';
import { ServiceSlot } from './service-slot.ts';
import { contextMs, type TurnOptions } from './turn-parts.ts';

type Emit = (body: EventBody) => void;

/** `signal` is aborted when the turn is stopped: nobody is asked any more. */
type SlotsOptions = TurnOptions & { readonly signal: AbortSignal };

/** What the services of a turn say by themselves, by service. */
export interface ServiceEvents {
  readonly onRequest: (service: string, ...rest: Parameters<LinkEvents['onRequest']>) => Promise<unknown>;
  readonly onNotification: (service: string, name: string, payload: unknown) => void;
  readonly onLog: (service: string, ...rest: Parameters<LinkEvents['onLog']>) => void;
}

/** By name, in composition order. Nothing is started yet. */
export function openSlots(
  options: SlotsOptions,
  emit: Emit,
  events: ServiceEvents,
): Map<string, ServiceSlot> {
  const { services } = options.composition;
  // Those of the session that the settings do not name any more.
  void options.spawner.kept.begin(
    options.session.id,
    services.map(({ name }) => name),
  );
  return new Map(services.map((spec) => [spec.name, openSlot(spec, options, emit, events)]));
}

/**
 * Asks all what they offer. Those that cannot say are named and left out; the others work (bad input never
 * stops all). @throws the signal's reason once the turn is stopped.
 */
export async function describeSlots(
  slots: ReadonlyMap<string, ServiceSlot>,
  manifests: ManifestCache,
  emit: Emit,
  signal: AbortSignal,
): Promise<RoutingTable> {
  const described = await Promise.all(
    [...slots].map(async ([name, slot]) => {
      try {
        const manifest = await slot.admitted();
        for (const notice of sourceNotices(name, manifest)) emit(notice);
        return [name, withFailurePolicy(manifest, slot.spec)] as const;
      } catch (thrown) {
        // Whoever stopped the turn needs not know what could not be started for it.
        signal.throwIfAborted();
        const { message, remedy } = asPatchbayError(thrown, name);
        emit({ type: 'notice', level: 'error', text: message, remedy, source: name });
        const gates = closedGates(slot.guarding, manifests.lastSeen(slot.spec));
        return gates && ([name, gates] as const);
      }
    }),
  );
  const table = new RoutingTable(new Map(described.filter((each) => each !== undefined)));
  for (const text of table.diagnostics) emit({ type: 'notice', level: 'warning', text, source: 'routing' });
  return table;
}

/** Sources of tools that could not list them; the service's other tools are there. */
function sourceNotices(source: string, { capabilities }: Manifest): EventBody[] {
  return (capabilities.tool_sources ?? []).flatMap(({ error }) =>
    error ? [{ type: 'notice', level: 'error', text: error.message, remedy: error.remedy, source }] : [],
  );
}

function openSlot(spec: ServiceSpec, options: SlotsOptions, emit: Emit, events: ServiceEvents): ServiceSlot {
  const service = spec.name;
  const { session, lineage, interactive, signal } = options;
  const asker = {
    session: lineage.root,
    ask: (request: ApprovalRequest) =>
      options.approvals.ask(session, request, { path: lineage.path, interactive, signal }),
  };
  const replay = (link: Link) =>
    Promise.all(
      session.transcript.map((message) =>
        link.call('context.add_message', { message }, { timeoutMs: contextMs(options) }),
      ),
    );
  return new ServiceSlot({
    spec,
    spawner: options.spawner,
    manifests: options.manifests,
    admission: options.admissions.of(spec, asker),
    owner: session,
    prepare: async (link, manifest) => {
      if (manifest.capabilities.context_managers.length > 0) await replay(link);
    },
    events: {
      onRequest: (...request) => events.onRequest(service, ...request),
      onNotification: (name, payload) => events.onNotification(service, name, payload),
      onLog: (message, level) => events.onLog(service, message, level),
      onStarted: ({ isolation, pid }, startMs) =>
        emit({ type: 'service.started', service, isolation, pid, start_ms: Math.round(startMs) }),
      onStopped: () => emit({ type: 'service.stopped', service }),
      onCrashed: ({ how }, logTail) => {
        const message = `Service "${service}" stopped (${how}).${lastWords(logTail)}`;
        const error: EventError = { kind: 'crashed', message, service };
        emit({ type: 'service.crashed', service, error, exit: how });
      },
    },
  });
}
