/**
 * A session as its files show it, without owning it: nothing is mended, locked or written, so it may be one that
 * another process works in (DL-35).
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Message } from '../protocol/data.ts';
import type { SessionEvent } from '../protocol/events.ts';
import type { SessionHead } from '../protocol/session-head.ts';
import { type Blobs, createBlobs } from './blobs.ts';
import { EventReader } from './event-reader.ts';
import type { FoundSession } from './find-session.ts';
import { asItIs } from './list-heads.ts';
import { readSession } from './read-session.ts';
import { SESSION_FILES } from './session-folder.ts';
import { readTranscript } from './transcript.ts';

export interface SeenSession extends FoundSession {
  /** As of the last event on disk; a turn whose process is gone shows as interrupted. */
  readonly head: SessionHead;
  /** What `metadata.json` holds beside the head. */
  readonly extra: Readonly<Record<string, unknown>>;
  /** All stored events, in ascending order. */
  events(): Promise<SessionEvent[]>;
  transcript(): Promise<Message[]>;
  /** A large value by its reference. @throws PatchbayError `config` when it leads nowhere. */
  readonly blob: Blobs['read'];
  /** Lines that could not be read. Grows with reading. */
  readonly problems: readonly string[];
}

/** @throws PatchbayError `config` when the files do not say what session this is. */
export async function lookAt({ id, folder }: FoundSession): Promise<SeenSession> {
  const problems: string[] = [];
  const passedOver = (name: string) => (line: number) =>
    problems.push(`${name}: line ${line} cannot be read and was passed over.`);
  const reader = new EventReader(path.join(folder, SESSION_FILES.events), passedOver(SESSION_FILES.events));
  const stored = await readSession(folder, id, reader);
  problems.push(...stored.problems);
  return {
    id,
    folder,
    head: await asItIs(stored.head, { id, folder }),
    extra: stored.others,
    problems,
    blob: createBlobs(path.join(folder, SESSION_FILES.blobs)).read,
    async events() {
      const events: SessionEvent[] = [];
      for await (const some of reader.forwards()) events.push(...some);
      return events;
    },
    async transcript() {
      const { messages, garbage } = readTranscript(await textOf(path.join(folder, SESSION_FILES.transcript)));
      for (const line of garbage) passedOver(SESSION_FILES.transcript)(line);
      return messages;
    },
  };
}

/** Empty when there is no such file: a session that never ran has no transcript. */
async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
