/** One quiet colour per agent: the session's own agent has the first, others keep theirs by their name. */

/** Classes `agent-0` … of row-frame.css. */
const COLOURS = 5;

export function agentColour(agent: string, root: string): string {
  if (agent === root) return 'agent-0';
  let hash = 0;
  for (const char of agent) hash = (hash * 31 + char.charCodeAt(0)) >>> 0;
  return `agent-${1 + (hash % (COLOURS - 1))}`;
}
