/** Names in an agent file that nothing has: of agents, tools, model roles (DL-3). */
import type { Diagnostic } from '../diagnostic.ts';
import type { Agent } from './agent.ts';
import { nearestName } from './nearest-name.ts';
import type { Mention } from './read-agent.ts';

/** What there is; a kind that is left out is not checked. */
export interface KnownNames {
  readonly agents?: readonly string[];
  readonly tools?: readonly string[];
  readonly roles?: readonly string[];
  /** Of hooks and of services that have some. */
  readonly hooks?: readonly string[];
  readonly providers?: readonly string[];
}

const KINDS = {
  agents: 'agent',
  tools: 'tool',
  roles: 'model role',
  hooks: 'hook',
  providers: 'provider',
} as const;

/** Other hosts write `hooks-logging` or `provider-openai` for `logging` and `openai`. */
export function moduleName(name: string): string {
  return name
    .toLowerCase()
    .replaceAll('_', '-')
    .replace(/^(?:hooks?|providers?)-|-(?:hooks?|provider)$/g, '');
}

/** Warnings: the agent works without what it names, and that may come with a bundle or a server later. */
export function nameFaults(
  { agent, mentions }: { readonly agent: Agent; readonly mentions: readonly Mention[] },
  known: KnownNames,
): Diagnostic[] {
  return mentions.flatMap(({ kind, name, place }): Diagnostic[] => {
    const names = known[kind];
    // Names with a namespace, and tools of MCP servers, are known only where they run.
    if (names === undefined || name.includes(':') || name.startsWith('mcp__')) return [];
    const about = { file: agent.file, ...place, severity: 'warning' as const };
    if (kind === 'agents' && name === agent.name) {
      const message = `"${name}" lists itself: it would give its work to itself, which is refused as a circle.`;
      return [{ ...about, message, remedy: 'Remove the name.' }];
    }
    const isModule = kind === 'hooks' || kind === 'providers';
    if (names.includes(name)) return [];
    if (isModule && names.some((each) => moduleName(each) === moduleName(name))) return [];
    const near = nearestName(name, names);
    const remedy = near === undefined ? `Choose from: ${names.join(', ')}.` : `Did you mean "${near}"?`;
    return [{ ...about, message: `There is no ${KINDS[kind]} "${name}".`, remedy }];
  });
}
