/** The agent of a turn and all definitions as they are for it: one of amplifier-ipc's brings what it composes (DL-11). */
import { PatchbayError } from '../protocol/errors.ts';
import { findAgent } from './agents/find-agent.ts';
import type { Agent, AgentReader } from './agents.ts';
import { type Definitions, type DefinitionsRequest, loadDefinitions } from './definitions.ts';
import { DEFAULT_AGENT } from './settings-schema.ts';
import type { Surroundings } from './surroundings.ts';

export interface DefinitionsForAgent {
  readonly agent: Agent;
  readonly definitions: Definitions;
  /** Names of the services that are there for this agent alone: their tools are its own. */
  readonly brought: readonly string[];
}

/**
 * @param request the agent asked for; absent: the default one.
 * @throws PatchbayError `config` when there is no such agent.
 */
export async function definitionsFor(
  around: Surroundings,
  request: Omit<DefinitionsRequest, 'over'> & { readonly agent?: string },
  reader?: AgentReader,
): Promise<DefinitionsForAgent> {
  const definitions = await loadDefinitions(around, request, reader);
  const agent = namedAgent(definitions, request);
  const { definition: over } = agent;
  if (over === undefined || definitions.bundle.bundles.some(({ file }) => file === over))
    return { agent, definitions, brought: [] };
  const whole = await loadDefinitions(around, { ...request, over }, reader);
  const before = startedNames(definitions);
  const brought = startedNames(whole).filter((name) => !before.includes(name));
  return { agent: namedAgent(whole, { agent: agent.name }), definitions: whole, brought };
}

function startedNames({ bundle: { parts } }: Definitions): string[] {
  const modules = parts ? [...parts.tools, ...parts.hooks, ...parts.providers] : [];
  return modules.filter(({ service }) => service).map(({ id, module }) => id ?? module);
}

function namedAgent(
  { catalog: { agents }, settings }: Definitions,
  request: { readonly agent?: string },
): Agent {
  const name = request.agent ?? settings.default_agent ?? DEFAULT_AGENT;
  const agent = findAgent(agents, name);
  if (agent) return agent;
  throw new PatchbayError('config', `There is no agent "${name}".`, {
    remedy: `Choose one of: ${agents.map((each) => each.name).join(', ')}.`,
  });
}
