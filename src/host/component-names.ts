/** Names of all there is in a folder that agent files may name. */
import type { Agent } from '../definitions/agents.ts';
import type { Composition } from '../definitions/compose.ts';
import { describeServices, type Starter } from './providers.ts';

export type ComponentNames = Readonly<Record<'tools' | 'hooks' | 'providers', readonly string[]>>;

/**
 * Of services, and of agents that are tools. Starts services whose manifest is not known; those that fail have none.
 * A service may stand for the hooks and providers it has.
 */
export async function componentNames(
  starter: Starter,
  composition: Composition,
  agents: readonly Agent[],
): Promise<ComponentNames> {
  const services = await describeServices(starter, composition);
  const names = (kind: keyof ComponentNames) =>
    services.flatMap(({ manifest }) => manifest?.capabilities[kind].map(({ name }) => name) ?? []);
  const own = services.map(({ spec }) => spec.name);
  return {
    tools: [...names('tools'), ...agents.flatMap(({ contract }) => contract?.toolName ?? [])],
    hooks: [...names('hooks'), ...own],
    providers: [...names('providers'), ...own],
  };
}
