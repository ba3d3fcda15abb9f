/** Names of all tools there are in a folder: what agent files may name. */
import type { Agent } from '../definitions/agents.ts';
import type { Composition } from '../definitions/compose.ts';
import { describeServices, type Starter } from './providers.ts';

/** Of services, and of agents that are tools. Starts services whose manifest is not known; those that fail have none. */
export async function toolNames(
  starter: Starter,
  composition: Composition,
  agents: readonly Agent[],
): Promise<string[]> {
  const services = await describeServices(starter, composition);
  const described = services.flatMap(
    ({ manifest }) => manifest?.capabilities.tools.map(({ name }) => name) ?? [],
  );
  return [...described, ...agents.flatMap(({ contract }) => contract?.toolName ?? [])];
}
