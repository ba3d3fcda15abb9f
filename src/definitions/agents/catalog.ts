/** All agents there are: which file won for each name, which it shadows, what is wrong with any (DL-3, DL-4). */
import type { Diagnostic } from '../diagnostic.ts';
import type { Agent } from './agent.ts';
import { type AgentPlaces, agentFiles, mentionPlaces, type PlacedFile, variableOf } from './agent-places.ts';
import type { MentionPlaces } from './mention-places.ts';
import { nameFaults } from './name-faults.ts';
import type { AgentRead, Mention } from './read-agent.ts';
import { type AgentReader, createAgentReader } from './reader.ts';

export interface CatalogEntry {
  readonly agent: Agent;
  /** What it names: tools, roles, other agents, each with its place. */
  readonly mentions: readonly Mention[];
  /** Files with an agent of the same name that are not used, in order of precedence. */
  readonly shadows: readonly PlacedFile[];
}

export interface AgentCatalog {
  readonly agents: readonly Agent[];
  readonly entries: ReadonlyMap<string, CatalogEntry>;
  readonly diagnostics: readonly Diagnostic[];
}

type Placed = Omit<PlacedFile, 'read'> & { readonly read: AgentRead; readonly isPart: boolean };

/** Never throws: a file that is wrong is a diagnostic and counts as not there. */
export async function loadCatalog(
  places: AgentPlaces,
  reader: AgentReader = createAgentReader(),
): Promise<AgentCatalog> {
  const { files, diagnostics } = await agentFiles(places);
  const catalog = await catalogOf(files, reader, { mentions: mentionPlaces(places) });
  return { ...catalog, diagnostics: [...diagnostics, ...catalog.diagnostics] };
}

export interface CatalogOptions {
  /** Names of agents that are elsewhere. */
  readonly others?: readonly string[];
  /** Where the files may be that the agents mention. */
  readonly mentions?: MentionPlaces;
}

/** @param files in order of precedence */
export async function catalogOf(
  files: readonly PlacedFile[],
  reader: AgentReader,
  { others = [], mentions }: CatalogOptions = {},
): Promise<AgentCatalog> {
  const reads = await Promise.all(
    files.map(
      async ({ read, ...placed }): Promise<Placed> => ({
        ...placed,
        read: read ?? (await reader.read(placed.file, placed.source, mentions)),
        isPart: read !== undefined,
      }),
    ),
  );
  const diagnostics = reads.flatMap(({ read }) => read.diagnostics);
  const entries = new Map<string, CatalogEntry & { shadows: PlacedFile[] }>();
  const names = reads.flatMap(({ read }) => read.agent?.name ?? []);
  for (const { read, isPart, ...placed } of reads) {
    if (!read.agent) continue;
    const name = placed.variable === undefined ? read.agent.name : nameFor(placed.variable, names);
    const won = entries.get(name);
    if (won) {
      won.shadows.push(placed);
      if (!isPart && isSameFolder(won.agent.file, placed.file)) {
        diagnostics.push(duplicate(placed.file, won.agent));
      }
    }
    // One of a bundle that is hidden by another of its name is there under its full one.
    const full = won && placed.namespace !== undefined ? `${placed.namespace}:${name}` : name;
    if (entries.has(full)) continue;
    const { namespace, definition } = placed;
    const isAsRead = full === read.agent.name && namespace === undefined;
    const agent = isAsRead ? read.agent : { ...read.agent, name: full, namespace, definition };
    entries.set(full, { agent, mentions: read.mentions, shadows: [] });
  }
  const known = { agents: [...entries.keys(), ...others] };
  for (const entry of entries.values()) diagnostics.push(...nameFaults(entry, known));
  return { agents: [...entries.values()].map(({ agent }) => agent), entries, diagnostics };
}

/** The agent that a variable means: one there is, else the name it spells. */
function nameFor(variable: string, names: readonly string[]): string {
  const spelled = variable.slice(variableOf('').length).toLowerCase().replaceAll('_', '-');
  return names.find((name) => variableOf(name) === variable) ?? spelled;
}

function isSameFolder(one: string, other: string): boolean {
  const folder = (file: string) => file.replace(/[^/\\]*$/, '');
  return folder(one) === folder(other);
}

function duplicate(file: string, won: Agent): Diagnostic {
  const message = `There is an agent "${won.name}" in ${won.file} already; that one is used.`;
  return { file, message, remedy: 'Give one of the two another name.' };
}
