/** Agents as markdown files with YAML frontmatter: who does the work and how it is instructed. */
import type { Agent } from './agents/agent.ts';
import { filesOf } from './agents/agent-places.ts';
import { catalogOf } from './agents/catalog.ts';
import { createAgentReader } from './agents/reader.ts';
import type { Diagnostic } from './diagnostic.ts';

export type { Agent, AgentContract, AgentLimits, AgentSource, JsonSchema } from './agents/agent.ts';
export { type AgentCatalog, loadCatalog } from './agents/catalog.ts';
export { readAgent } from './agents/read-agent.ts';
export { type AgentReader, createAgentReader } from './agents/reader.ts';
export { nameFromWire, wireName } from './agents/tool-name.ts';
export type { ModelPreference } from './agents/values.ts';

/** All agents of some folders; in case of equal names the first folder wins. Faulty files are diagnostics. */
export async function loadAgents(
  folders: readonly string[],
): Promise<{ agents: readonly Agent[]; diagnostics: readonly Diagnostic[] }> {
  const listings = await Promise.all(folders.map((folder) => filesOf(folder, 'project')));
  return catalogOf(
    listings.flatMap(({ files }) => files),
    createAgentReader(),
  );
}
