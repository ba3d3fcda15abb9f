/**
 * What stands for a guard that could not be started: hooks that will fail when they are asked, so that the
 * usual rule for a failing gate applies (RT-42a). A guard that is missing has not said yes.
 */
import type { ServiceSpec } from '../definitions/service-spec.ts';
import { GATE_EVENTS } from '../protocol/hooks.ts';
import { type HookDescriptor, Manifest } from '../protocol/manifest.ts';

/**
 * The hooks the service is known by: those its composition says it gates, and those it had when it was last up.
 * Undefined when it is not known to guard anything.
 */
export function closedGates(spec: ServiceSpec, lastSeen: Manifest | undefined): Manifest | undefined {
  const remembered = (lastSeen?.capabilities.hooks ?? [])
    .map((hook) => ({ ...hook, events: closedEvents(hook) }))
    .filter(({ events }) => events.length > 0);
  const covered = new Set(remembered.flatMap(({ events }) => events));
  const named = (spec.gates ?? []).filter((event) => !covered.has(event));
  const hooks = [
    ...remembered,
    ...(named.length > 0 ? [{ name: spec.name, events: named, priority: 0 }] : []),
  ];
  if (hooks.length === 0) return undefined;
  return withFailurePolicy(Manifest.parse({ name: spec.name, capabilities: { hooks } }), spec);
}

/** What the composition says of a failure goes before what the service says itself. */
export function withFailurePolicy(manifest: Manifest, { onFailure }: ServiceSpec): Manifest {
  if (onFailure === undefined) return manifest;
  const { capabilities } = manifest;
  const hooks = capabilities.hooks.map((hook) => ({ ...hook, on_failure: onFailure }));
  return { ...manifest, capabilities: { ...capabilities, hooks } };
}

/** The events that its hooks guard: they stay closed while it may not run. */
export function gateEvents({ capabilities }: Manifest): string[] {
  return [...new Set(capabilities.hooks.flatMap(closedEvents))];
}

/** An observer that is missing need not be missed at every event. */
function closedEvents({ events, on_failure }: HookDescriptor): string[] {
  if (on_failure === 'ask' || on_failure === 'deny') return events;
  return events.includes('*') ? [...GATE_EVENTS] : events.filter((event) => GATE_EVENTS.has(event));
}
