/**
 * A new session that begins as another one was at the end of a turn, with copies of what that had delegated: nothing
 * done in one is seen in the other (DL-34).
 */
import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { EventBody, SessionEvent } from '../protocol/events.ts';
import { emptyHead, reduceHead, type SessionHead } from '../protocol/session-head.ts';
import { writeAtomically } from './atomic-file.ts';
import { childSessionId } from './child-id.ts';
import type { FoundSession } from './find-session.ts';
import { type ForkPoint, forkPoint, forkPointAt } from './fork-point.ts';
import type { SeenSession } from './look.ts';
import { metadataText } from './metadata.ts';
import { SESSION_FILES } from './session-folder.ts';

export interface ForkOptions {
  /** Absent: the last turn that has ended. */
  readonly turn?: number;
  /** Reads one of the sessions that were delegated to; undefined when it is gone. */
  readonly look: (id: string) => Promise<SeenSession | undefined>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

interface Copy {
  readonly id: string;
  readonly parentId: string | undefined;
  readonly source: SeenSession;
  readonly point: ForkPoint;
}

/** @throws PatchbayError `config` for a turn that is unknown or has not ended; nothing is left behind then. */
export async function forkSession(source: SeenSession, options: ForkOptions): Promise<FoundSession> {
  const point = forkPoint(source.id, await source.events(), await source.transcript(), options.turn);
  const root: Copy = { id: randomUUID(), parentId: undefined, source, point };
  const copies = [root, ...(await childrenOf(root, options))];
  const newIds = new Map(copies.slice(1).map((copy) => [copy.source.id, copy.id]));
  const folderOf = ({ id, source: { folder } }: Copy) => path.join(path.dirname(folder), id);
  try {
    // The root last: what is listed is whole.
    for (const copy of copies.toReversed()) await write(folderOf(copy), copy, newIds, options.now);
  } catch (error) {
    for (const copy of copies) await rm(folderOf(copy), { recursive: true, force: true });
    throw error;
  }
  return { id: root.id, folder: folderOf(root) };
}

/** Of any depth, each as it was when the root's turn ended. */
async function childrenOf(parent: Copy, options: ForkOptions): Promise<Copy[]> {
  const ids = new Set(
    parent.point.events.flatMap((event) =>
      event.type === 'delegation.started' ? [event.child_session_id] : [],
    ),
  );
  const copies: Copy[] = [];
  for (const childId of ids) {
    const source = await options.look(childId);
    if (!source) continue;
    const [events, transcript] = [await source.events(), await source.transcript()];
    const newest = events.at(-1);
    const point =
      parent.point.isNewest && newest
        ? { turn: newest.turn, at: newest.at, events, transcript, isNewest: true }
        : forkPointAt(childId, events, transcript, parent.point.at);
    if (!point) continue;
    const copy = { id: childSessionId(parent.id, source.head.agent), parentId: parent.id, source, point };
    copies.push(copy, ...(await childrenOf(copy, options)));
  }
  return copies;
}

async function write(
  folder: string,
  copy: Copy,
  newIds: ReadonlyMap<string, string>,
  now: number,
): Promise<void> {
  const { source, point } = copy;
  const renamed = (line: string) =>
    [...newIds].reduce((text, [old, fresh]) => text.replaceAll(old, fresh), line);
  const events = copiedEvents(copy, now).map((event) => renamed(JSON.stringify(event)));
  const file = (name: string) => path.join(folder, name);
  await mkdir(folder);
  await copyBlobs(source.folder, folder, events);
  await writeAtomically(file(SESSION_FILES.events), linesOf(events));
  const messages = point.transcript.map((message) => renamed(JSON.stringify(message)));
  await writeAtomically(file(SESSION_FILES.transcript), linesOf(messages));
  // Of the state only the newest is kept: an earlier turn begins without.
  if (point.isNewest) await copyIfThere(source.folder, folder, SESSION_FILES.state);
  const head = headOf(copy, events);
  await writeAtomically(file(SESSION_FILES.metadata), metadataText({ head, others: source.extra }));
}

/** The events under their new session; a root's end with where it comes from. */
function copiedEvents({ id, parentId, source, point }: Copy, now: number): SessionEvent[] {
  const copied = point.events.map(
    (event): SessionEvent =>
      event.type === 'session.started'
        ? { ...event, session_id: id, parent_id: parentId }
        : { ...event, session_id: id },
  );
  if (parentId !== undefined) return copied;
  const last = point.events.at(-1)!;
  const { title, agent } = source.head;
  const added: EventBody[] = [
    { type: 'session.forked', from_session_id: source.id, from_turn: point.turn },
    { type: 'session.titled', title: `Fork of ${title}`, by: 'auto' },
  ];
  const stamped = added.map((body, index) => {
    const stamp = { seq: last.seq + 1 + index, at: now, session_id: id, turn: point.turn, agent };
    return { ...stamp, ...body } as SessionEvent;
  });
  return [...copied, ...stamped];
}

function headOf({ id, source }: Copy, events: readonly string[]): SessionHead {
  const { cwd, agent, created_at } = source.head;
  const parsed = events.map((line): SessionEvent => JSON.parse(line));
  return parsed.reduce(reduceHead, emptyHead(id, cwd, agent, created_at));
}

async function copyBlobs(from: string, to: string, events: readonly string[]): Promise<void> {
  const refs = new Set(
    events.flatMap((line) => [...line.matchAll(/"\$ref":"([0-9a-f]{64})"/g)].map(([, ref]) => ref!)),
  );
  if (refs.size === 0) return;
  await mkdir(path.join(to, SESSION_FILES.blobs));
  for (const ref of refs) await copyIfThere(from, to, path.join(SESSION_FILES.blobs, ref));
}

/** A value that is missing in the one is missing in the other. */
async function copyIfThere(from: string, to: string, name: string): Promise<void> {
  try {
    await copyFile(path.join(from, name), path.join(to, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function linesOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
