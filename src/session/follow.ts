/** Events of a session that another process writes, as they come to disk: read-only, nothing is locked (DL-35). */
import { open } from 'node:fs/promises';
import path from 'node:path';
import { SessionEvent } from '../protocol/events.ts';
import type { FoundSession } from './find-session.ts';
import { watchFolder } from './folder-changes.ts';
import { isClaimName, isOwned } from './owner-lock.ts';
import { SESSION_FILES } from './session-folder.ts';

export interface FollowOptions {
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Whether a turn is about to begin that is not in the log yet, as the parent's log tells. */
  readonly isExpected?: () => boolean;
}

/**
 * All stored events from the first one on, then new ones, until the turn that runs has ended, nobody owns the session
 * any more or the signal is aborted. A last line that is not whole yet is waited for; one that is no event is passed over.
 */
export async function* follow(
  { folder }: Pick<FoundSession, 'folder'>,
  { signal, isExpected = () => false }: FollowOptions,
): AsyncGenerator<SessionEvent> {
  const file = path.join(folder, SESSION_FILES.events);
  using changes = changesOf(folder, signal);
  let rest = Buffer.alloc(0);
  let position = 0;
  let isTurnRunning = false;
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    // Asked before reading: what an owner wrote before it went is read still.
    const hasOwner = await isOwned(folder);
    const bytes = await readFrom(file, position);
    position += bytes.length;
    const whole = Buffer.concat([rest, bytes]);
    const end = whole.lastIndexOf(10) + 1;
    rest = whole.subarray(end);
    for (const event of eventsIn(whole.toString('utf8', 0, end))) {
      if (event.type === 'turn.started') isTurnRunning = true;
      if (event.type === 'turn.finished') isTurnRunning = false;
      yield event;
      if (event.type === 'turn.finished' && !isFirst) return;
    }
    if (!(isTurnRunning || isExpected()) || !hasOwner) return;
    await changes.next();
  }
}

function eventsIn(text: string): SessionEvent[] {
  return text.split('\n').flatMap((line) => {
    if (line === '') return [];
    try {
      const parsed = SessionEvent.safeParse(JSON.parse(line));
      return parsed.success ? [parsed.data] : [];
    } catch {
      // Whoever owns the session reports such a line when it opens it.
      return [];
    }
  });
}

async function readFrom(file: string, position: number): Promise<Buffer> {
  await using handle = await open(file, 'r');
  const { size } = await handle.stat();
  const length = Math.max(0, size - position);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

interface Changes extends Disposable {
  /** Resolves when the log or its owner may have changed, or the signal is aborted. */
  next(): Promise<void>;
}

function changesOf(folder: string, signal: AbortSignal): Changes {
  let wake: (() => void) | undefined;
  let isChanged = false;
  const changed = () => {
    isChanged = true;
    wake?.();
  };
  signal.addEventListener('abort', changed);
  const watching = watchFolder(folder, (name) => {
    if (name === undefined || name === SESSION_FILES.events || isClaimName(name)) changed();
  });
  return {
    async next() {
      if (!isChanged) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      isChanged = false;
    },
    [Symbol.dispose]() {
      watching[Symbol.dispose]();
      signal.removeEventListener('abort', changed);
    },
  };
}
