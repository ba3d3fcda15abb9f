/** The agent that a name means: its own, or `namespace:name` of a bundle's. */
import type { Agent } from './agent.ts';

export function findAgent(agents: readonly Agent[], name: string): Agent | undefined {
  return agents.find((agent) => agent.name === name) ?? agents.find((agent) => fullName(agent) === name);
}

/** Whether a list of names means this agent. */
export function isNamed(agent: Agent, names: readonly string[]): boolean {
  const full = fullName(agent);
  return names.includes(agent.name) || (full !== undefined && names.includes(full));
}

function fullName({ name, namespace }: Agent): string | undefined {
  return namespace === undefined || name.includes(':') ? undefined : `${namespace}:${name}`;
}
