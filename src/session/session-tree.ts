/** The stored events of a session and of all that was delegated in it, read without opening them. */
import path from 'node:path';
import type { SessionEvent } from '../protocol/events.ts';
import { EventReader } from './event-reader.ts';
import { findSession } from './find-session.ts';
import { checkSessionId, SESSION_FILES } from './session-folder.ts';

export interface TreeEvents {
  readonly id: string;
  readonly events: readonly SessionEvent[];
  /** Children whose events are gone, as when they were deleted. */
  readonly problems: readonly string[];
}

/**
 * The root's events first, then its children's, each session once.
 * @throws PatchbayError `config` for an id that is unknown or ambiguous.
 */
export async function readTree(home: string, idOrPrefix: string): Promise<TreeEvents> {
  checkSessionId(idOrPrefix);
  const root = await findSession(home, idOrPrefix);
  const events: SessionEvent[] = [];
  const problems: string[] = [];
  const waiting = [root.id];
  const seen = new Set(waiting);
  for (const id of waiting) {
    const found = id === root.id ? root : await findSession(home, id).catch(() => undefined);
    if (!found) {
      problems.push(`The events of session ${id} are gone; what it took is not counted.`);
      continue;
    }
    const file = path.join(found.folder, SESSION_FILES.events);
    const garbled = (line: number) => problems.push(`${file}:${line}: this line is not an event.`);
    for await (const chunk of new EventReader(file, garbled).forwards()) {
      for (const event of chunk) {
        events.push(event);
        if (event.type !== 'delegation.started' || seen.has(event.child_session_id)) continue;
        seen.add(event.child_session_id);
        waiting.push(event.child_session_id);
      }
    }
  }
  return { id: root.id, events, problems };
}
