/** What a child did before: read from its own files and its parent's, after an interruption (RT-33, DL-31). */
import { messageText } from '../../protocol/data.ts';
import type { EventOf, SessionEvent } from '../../protocol/events.ts';
import type { Session } from '../../session/session.ts';
import type { TurnOutcome } from '../turn.ts';

/** Events are read back in pages of so many. */
const PAGE = 500;

/** The child session a call of the last turns had; undefined when it had none. */
export async function childOf(parent: Session, callId: string): Promise<string | undefined> {
  const started = await lastEvent(
    parent,
    (event): event is EventOf<'delegation.started'> =>
      event.type === 'delegation.started' && event.call_id === callId,
  );
  return started?.child_session_id;
}

/** How the last turn ended; undefined when none did. */
export async function lastOutcome(session: Session): Promise<TurnOutcome | undefined> {
  const end = await lastEvent(
    session,
    (event): event is EventOf<'turn.finished' | 'turn.started'> =>
      event.type === 'turn.finished' || event.type === 'turn.started',
  );
  if (end?.type !== 'turn.finished') return undefined;
  const { status, summary, error } = end;
  return { status, summary, ...(error && { error }) };
}

/** The last thing the agent said since it was last asked, as far as it got. */
export function lastText(session: Pick<Session, 'transcript'>): string {
  const asked = session.transcript.findLastIndex(({ role }) => role === 'user');
  const said = session.transcript.findLast(
    (message, index) => index > asked && message.role === 'assistant' && messageText(message).trim() !== '',
  );
  return said ? messageText(said) : '';
}

async function lastEvent<E extends SessionEvent>(
  session: Session,
  isIt: (event: SessionEvent) => event is E,
): Promise<E | undefined> {
  for (let beforeSeq: number | undefined; ; ) {
    const { events, hasOlder } = await session.page({ beforeSeq, limit: PAGE });
    const found = events.findLast(isIt);
    if (found || !hasOlder) return found;
    beforeSeq = events[0]?.seq;
  }
}
