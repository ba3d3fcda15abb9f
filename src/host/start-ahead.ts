/** While a model thinks: what its answer will most likely need is started, so that nobody waits for it then (RT-21). */
import type { ServiceSpec } from '../definitions/service-spec.ts';
import { startGate } from './start-gate.ts';
import type { TurnParts } from './turn-parts.ts';

/**
 * Milliseconds after a request was sent. Sooner, threads that boot would hold up the request itself; an answer that
 * takes less leaves no time to use.
 */
const THINKING_MS = 100;

/** Passed by every tool call. */
const GATES = ['tool:pre', 'tool:post'];

/** To be called when a turn's first request went to its model. @param early what a child of the turn begins with. */
export function startAhead(parts: TurnParts, early: readonly ServiceSpec[]): void {
  const timer = setTimeout(() => void start(parts, early), THINKING_MS);
  timer.unref();
  parts.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
}

async function start(parts: TurnParts, early: readonly ServiceSpec[]): Promise<void> {
  const { table, slots, tools, options, signal } = parts;
  await startGate.calm();
  if (tools.length === 0 || signal.aborted) return;
  const gates = GATES.flatMap((event) => table.hooks(event).map(({ service }) => service));
  const delegating = delegatingServices(parts);
  for (const name of new Set([...gates, ...delegating])) {
    // A failure shows when the service is used.
    slots
      .get(name)
      ?.link()
      .catch(() => undefined);
  }
  if (delegating.length > 0) void options.spawner.keepSpares(early, options.composition.settings.spares);
}

/** Of an agent that names whom it gives work to; that any agent may do so says little about this one. */
function delegatingServices({ tools, delegatingTools, options }: TurnParts): string[] {
  const { agents } = options.composition.agent;
  if (agents === undefined || agents === 'none' || agents.length === 0) return [];
  return tools
    .filter(({ descriptor }) => delegatingTools.includes(descriptor.name))
    .map(({ service }) => service);
}
