/** The line of every session in a list, from `metadata.json` alone: events are never read. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as nextTick } from 'node:timers/promises';
import { PatchbayError } from '../protocol/errors.ts';
import type { SessionHead } from '../protocol/session-head.ts';
import type { FoundSession } from './find-session.ts';
import { readMetadata } from './metadata.ts';
import { isOwned } from './owner-lock.ts';
import { SESSION_FILES } from './session-folder.ts';

/** Small files are read fastest one after another; others get their turn this often. */
const SLICE_MS = 4;

/**
 * Newest first. Those that cannot be read are named in `problems`.
 * @param openHead the head of a session open here, which is newer than its file.
 */
export async function listHeads(
  found: readonly FoundSession[],
  openHead: (id: string) => SessionHead | undefined,
): Promise<{ heads: SessionHead[]; problems: string[] }> {
  const heads: SessionHead[] = [];
  const problems: string[] = [];
  let sliceBegan = performance.now();
  for (const session of found) {
    try {
      const open = openHead(session.id);
      const head = open ?? readHead(session);
      heads.push(open ? head : await asItIs(head, session));
    } catch (error) {
      problems.push(`Session ${session.id}: ${error instanceof Error ? error.message : String(error)}`);
    }
    if (performance.now() - sliceBegan < SLICE_MS) continue;
    await nextTick();
    sliceBegan = performance.now();
  }
  return { heads: heads.sort((a, b) => b.updated_at - a.updated_at), problems };
}

function readHead({ id, folder }: FoundSession): SessionHead {
  const file = path.join(folder, SESSION_FILES.metadata);
  const head = readMetadata(readFileSync(file, 'utf8'), id)?.head;
  if (head) return head;
  throw new PatchbayError(
    'config',
    `"${file}" cannot be read. Opening the session makes it anew where possible.`,
  );
}

/** A turn that runs according to its file, but whose process is gone, was interrupted. */
export async function asItIs(head: SessionHead, { folder }: FoundSession): Promise<SessionHead> {
  if (head.turn_started_at === undefined || (await isOwned(folder))) return head;
  return withoutTurn(head);
}

/** The head of a session whose turn has nobody who runs it. Without a turn, as it is. */
export function withoutTurn(head: SessionHead): SessionHead {
  if (head.turn_started_at === undefined) return head;
  return { ...head, phase: 'interrupted', turn_started_at: undefined, running_tools: 0 };
}
