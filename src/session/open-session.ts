/**
 * Opens a session from its folder and mends what a crash left: nothing shown is lost, nothing is pretended to
 * have finished (RT-33). Opening again after a crash in the middle of mending comes to the same end.
 */
import path from 'node:path';
import type { EventBody } from '../protocol/events.ts';
import type { SecretMask } from '../protocol/known-secrets.ts';
import type { SessionPlace } from '../protocol/session-owner.ts';
import { EventReader } from './event-reader.ts';
import { missingEvents } from './interrupted-turn.ts';
import { mendLastLine } from './mend-lines.ts';
import type { Metadata } from './metadata.ts';
import { acquireOwnerLock, type OwnerLock } from './owner-lock.ts';
import { readSession, type StoredSession } from './read-session.ts';
import { OpenSession } from './session.ts';
import { SESSION_FILES } from './session-folder.ts';
import { StateFile } from './state-file.ts';

export interface OpenOptions {
  readonly id: string;
  readonly folder: string;
  readonly now: () => number;
  readonly onClosed: () => void;
  readonly secrets: SecretMask;
  /** Where it is open, for those who follow it. */
  readonly place?: SessionPlace | undefined;
  /** A session that was just made: there is nothing to read. */
  readonly fresh?: Metadata;
}

/** @throws PatchbayError `config` when another process has it open, or its files say too little. */
export async function openSession(options: OpenOptions): Promise<OpenSession> {
  const lock = await acquireOwnerLock(options.folder, options.id, options.place);
  try {
    return await mend(options, lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function mend(options: OpenOptions, lock: OwnerLock): Promise<OpenSession> {
  const { folder, id } = options;
  const problems: string[] = [];
  const notices = await mendFiles(folder);
  const reader = new EventReader(path.join(folder, SESSION_FILES.events), (line) =>
    problems.push(`events.jsonl: line ${line} is not an event and was passed over.`),
  );
  const stored: StoredSession = options.fresh
    ? { ...options.fresh, newest: [], live: [], isLiveFileEmpty: true, problems: [] }
    : await readSession(folder, id, reader);
  const state = await StateFile.open(path.join(folder, SESSION_FILES.state), {
    onProblem: (problem) => notices.push(problem),
    // A write that fails is thrown to whoever set the value.
    onFailure: () => undefined,
  });
  notices.push(...stored.problems);
  problems.push(...notices);

  const session = new OpenSession({ ...options, lock, reader, stored, state, problems });
  const missing = missingEvents(stored.newest, stored.live);
  for (const { body, agent } of missing) session.append(body, agent);
  for (const text of notices) session.append(noticeOf(text));
  if (missing.length > 0 || notices.length > 0 || !stored.isLiveFileEmpty) await session.settle();
  return session;
}

/** Says what was set aside. */
async function mendFiles(folder: string): Promise<string[]> {
  const notices: string[] = [];
  for (const name of [SESSION_FILES.events, SESSION_FILES.transcript]) {
    const aside = await mendLastLine(path.join(folder, name));
    if (aside) notices.push(`${name}: the last line was cut off and was set aside as ${aside}.`);
  }
  return notices;
}

function noticeOf(text: string): EventBody {
  return { type: 'notice', level: 'warning', text, source: 'session' };
}
