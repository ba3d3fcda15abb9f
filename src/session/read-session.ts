/**
 * What a session's folder says when it is opened: the head, and of the events no more than it takes to know
 * whether the last turn was cut off.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { PatchbayError } from '../protocol/errors.ts';
import type { SessionEvent } from '../protocol/events.ts';
import { emptyHead, reduceHead, type SessionHead } from '../protocol/session-head.ts';
import type { EventReader } from './event-reader.ts';
import { withoutTurn } from './list-heads.ts';
import { type LiveText, readLiveTexts } from './live-text.ts';
import { type Metadata, readMetadata } from './metadata.ts';
import { isSubSessionId, SESSION_FILES } from './session-folder.ts';

export interface StoredSession {
  readonly head: SessionHead;
  readonly others: Metadata['others'];
  /** The log's last events, in ascending order: at least the last turn's when it has no end. */
  readonly newest: readonly SessionEvent[];
  /** Text that was being streamed when the session was last written. */
  readonly live: readonly LiveText[];
  /** False also where the file holds nothing but a cut-off piece. */
  readonly isLiveFileEmpty: boolean;
  readonly problems: readonly string[];
}

/** @throws PatchbayError `config` when neither metadata nor events say what session this is. */
export async function readSession(folder: string, id: string, reader: EventReader): Promise<StoredSession> {
  const metadata = readMetadata(await readText(folder, SESSION_FILES.metadata), id);
  const liveFile = await readText(folder, SESSION_FILES.live);
  const live = { live: readLiveTexts(liveFile), isLiveFileEmpty: liveFile === '' };
  if (!metadata) return { ...(await rebuild(id, reader)), ...live, others: {} };

  const { newest, head } = await readTail(reader, metadata.head, live.live.length > 0);
  const last = newest.at(-1)?.seq;
  if (last === undefined || last >= metadata.head.last_seq) {
    return { head: withoutLostTurn(head, newest), newest, ...live, others: metadata.others, problems: [] };
  }
  const { cwd, agent, created_at } = metadata.head;
  const rebuilt = await fold(reader, emptyHead(id, cwd, agent, created_at));
  const lost = `events.jsonl ends at event ${last}; ${metadata.head.last_seq} were stored. The last ones are lost.`;
  return { ...rebuilt, ...live, others: metadata.others, problems: [lost] };
}

/** The head as of the last event, from a head that may be older. Stops reading as soon as that is known. */
async function readTail(
  reader: EventReader,
  known: SessionHead,
  needsTurn: boolean,
): Promise<{ newest: SessionEvent[]; head: SessionHead }> {
  const backwards: SessionEvent[] = [];
  let head: SessionHead | undefined;
  for await (const events of reader.backwards()) {
    backwards.push(...events);
    const oldest = backwards.at(-1);
    if (!oldest || oldest.seq > known.last_seq + 1) continue;
    head ??= backwards.toReversed().reduce(reduceHead, known);
    const isTurnNeeded = needsTurn || head.turn_started_at !== undefined;
    if (!isTurnNeeded || backwards.some((event) => event.type === 'turn.started')) break;
  }
  const newest = backwards.reverse();
  return { newest, head: head ?? newest.reduce(reduceHead, known) };
}

/** A turn whose beginning is not in the log any more cannot be finished by an event: it is over. */
function withoutLostTurn(head: SessionHead, newest: readonly SessionEvent[]): SessionHead {
  return newest.some((event) => event.type === 'turn.started') ? head : withoutTurn(head);
}

async function rebuild(
  id: string,
  reader: EventReader,
): Promise<Pick<StoredSession, 'head' | 'newest' | 'problems'>> {
  for await (const [first] of reader.forwards()) {
    if (first?.type !== 'session.started') break;
    const rebuilt = await fold(reader, emptyHead(id, first.cwd, first.agent, first.at));
    return { ...rebuilt, problems: ['metadata.json could not be read; it was made anew from events.jsonl.'] };
  }
  const kind = isSubSessionId(id) ? 'Sub-session' : 'Session';
  throw new PatchbayError('config', `Corrupted session metadata for '${id}'.`, {
    remedy: `${kind} metadata.json cannot be read, and events.jsonl does not say which folder it worked in. Restore metadata.json from a backup, or delete the session.`,
  });
}

/** Reads the whole log: only where the head cannot be known otherwise. */
async function fold(
  reader: EventReader,
  empty: SessionHead,
): Promise<Pick<StoredSession, 'head' | 'newest'>> {
  let head = empty;
  let newest: SessionEvent[] = [];
  for await (const events of reader.forwards()) {
    for (const event of events) {
      if (event.type === 'turn.started') newest = [];
      newest.push(event);
      head = reduceHead(head, event);
    }
  }
  return { head: withoutLostTurn(head, newest), newest };
}

/** Empty when there is no such file. */
async function readText(folder: string, name: string): Promise<string> {
  try {
    return await readFile(path.join(folder, name), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
