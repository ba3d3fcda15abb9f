/** The tools of a turn: those of its services, one for each agent with a contract, less what its agent may not use. */

import { wireName } from '../definitions/agents/tool-name.ts';
import type { ToolDescriptor } from '../protocol/manifest.ts';
import type { HOST_METHODS } from '../protocol/methods.ts';
import { allowedAgents } from './delegation/lineage.ts';
import type { Route, RoutingTable } from './routing-table.ts';
import type { TurnOptions } from './turn-parts.ts';

/** The tool of the delegation service that agents' own tools stand for. */
const RUN_AGENT = 'run_agent';

/**
 * Adds a tool for each agent with a contract (AT-1); for whoever calls one it is a tool like any other (AT-2).
 * Gives the names of all tools that hand work to agents.
 */
export function addAgentTools(table: RoutingTable, { composition, lineage }: TurnOptions): string[] {
  const runner = table.tool(RUN_AGENT);
  if (!runner) return delegators(table, composition.services);
  for (const { name, description, contract } of allowedAgents(
    composition.agent,
    composition.agents,
    lineage.policy,
  )) {
    if (!contract) continue;
    const descriptor: ToolDescriptor = {
      // Providers take no dots; a name without any is its own.
      name: wireName(contract.toolName) ?? contract.toolName,
      description,
      instructions: `An example of what to ask: ${contract.usage}`,
      input_schema: contract.inputSchema,
      annotations: runner.descriptor.annotations,
      timeout_ms: runner.descriptor.timeout_ms,
    };
    const calls = (input: Record<string, unknown>) => ({ name: RUN_AGENT, input: { agent: name, input } });
    table.addTool({ service: runner.service, descriptor, calls });
  }
  return delegators(table, composition.services);
}

/** What the model is told of, and what may be called: `run_agent` is only ever called for another tool. */
export function toolsOf(table: RoutingTable, { composition, lineage }: TurnOptions): Route<ToolDescriptor>[] {
  const only = lineage.policy.tools ?? composition.agent.tools;
  return table
    .tools()
    .filter(({ descriptor: { name } }) => name !== RUN_AGENT)
    .filter(
      ({ service, descriptor: { name } }) =>
        only === undefined || only.includes(name) || composition.brought.includes(service),
    );
}

/** Tools of services that may start sessions. */
function delegators(table: RoutingTable, services: TurnOptions['composition']['services']): string[] {
  const spawn: keyof typeof HOST_METHODS = 'request.session_spawn';
  const may = new Set(services.filter(({ grants }) => grants?.includes(spawn)).map(({ name }) => name));
  return table
    .tools()
    .filter(({ service }) => may.has(service))
    .map(({ descriptor }) => descriptor.name);
}
