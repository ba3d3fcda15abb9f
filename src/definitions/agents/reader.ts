/** Agent files read once and again only after they changed, by time and size; lives as long as its host. */
import { stat } from 'node:fs/promises';
import type { AgentSource } from './agent.ts';
import type { MentionPlaces } from './mention-places.ts';
import { type AgentRead, readAgent } from './read-agent.ts';

export interface AgentReader {
  /**
   * Never throws: what is wrong is in the diagnostics.
   * @param mentions where the files may be that its body mentions
   */
  read(file: string, source: AgentSource, mentions?: MentionPlaces): Promise<AgentRead>;
}

interface Kept {
  readonly source: AgentSource;
  /** Of the file and of those that were read for it, in order. */
  readonly stamps: string;
  readonly read: AgentRead;
}

/** More than anybody has; then all are read anew. */
const MOST_KEPT = 20_000;

export function createAgentReader(): AgentReader {
  const kept = new Map<string, Kept>();
  return {
    async read(file, source, mentions) {
      // One host has several folders, and what is mentioned may be there in one of them only.
      const key = JSON.stringify([file, mentions?.workspace]);
      const known = kept.get(key);
      if (known?.source === source && known.stamps === (await stampsOf(file, known.read.files)))
        return known.read;
      // Taken before reading: a change in between is seen the next time.
      const before = await stampsOf(file, []);
      const read = await readAgent(file, { source, mentions });
      const stamps =
        read.files.length === 0 ? before : [before, await stampsOf(undefined, read.files)].join('|');
      if (kept.size >= MOST_KEPT) kept.clear();
      kept.set(key, { source, stamps, read });
      return read;
    },
  };
}

async function stampsOf(file: string | undefined, more: readonly string[]): Promise<string> {
  if (more.length === 0 && file !== undefined) return stampOf(file);
  const all = file === undefined ? more : [file, ...more];
  return (await Promise.all(all.map(stampOf))).join('|');
}

async function stampOf(file: string): Promise<string> {
  try {
    const { mtimeMs, ctimeMs, size } = await stat(file);
    return `${mtimeMs} ${ctimeMs} ${size}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unreadable';
  }
}
