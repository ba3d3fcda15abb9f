/** The services that stand between a prompt and the first model call. */
import type { RoutingTable } from './routing-table.ts';

const FIRST_EVENTS = [
  'execution:start',
  'prompt:submit',
  'provider:request',
  'llm:request',
  // Nobody waits for these, but a thread that boots beside the first call takes the processor from it.
  'session:start',
  'session:resume',
];

/** Names, each once: orchestrator, context manager, the provider, and the hooks of the first events. */
export function earlyServices(table: RoutingTable, provider: string): string[] {
  const services = [
    table.component('orchestrators')?.service,
    table.component('context_managers')?.service,
    table.component('providers', provider)?.service,
    ...FIRST_EVENTS.flatMap((event) => table.hooks(event).map(({ service }) => service)),
  ];
  return [...new Set(services.filter((name) => name !== undefined))];
}
