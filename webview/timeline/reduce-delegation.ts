/** What becomes of a call that gives work to another agent: shown in the row of the call. */
import type { EventOf } from '../../src/protocol/events.ts';
import { rowHead } from './row-head.ts';
import type { Delegation, ToolRow } from './rows.ts';
import { appendRow, callKey, findOpen, replaceOpen, type Timeline } from './timeline.ts';

type DelegationEvent = EventOf<'delegation.queued' | 'delegation.started' | 'delegation.finished'>;

export function reduceDelegation(timeline: Timeline, event: DelegationEvent): Timeline {
  const key = callKey(event.call_id);
  const known = findOpen(timeline, key, 'tool');
  const delegation = after(known?.delegation, event);
  if (known) return replaceOpen(timeline, key, { ...known, delegation, lastSeq: event.seq });
  // Of a loop that asks for it without a call.
  const fresh: ToolRow = {
    ...rowHead(timeline, event),
    kind: 'tool',
    leads: false,
    callId: event.call_id,
    name: 'delegate',
    input: {},
    status: 'running',
    delegation,
  };
  return appendRow(timeline, fresh, key);
}

/** The row of a call that is over: an agent whose end was never heard of died with its editor. */
export function withoutWork(row: ToolRow): ToolRow {
  const { delegation } = row;
  if (delegation?.state !== 'working' && delegation?.state !== 'queued') return row;
  return { ...row, delegation: { ...delegation, state: 'interrupted' } };
}

function after(known: Delegation | undefined, event: DelegationEvent): Delegation {
  switch (event.type) {
    case 'delegation.queued':
      return { agent: event.child_agent, state: 'queued', startedAt: event.at };
    case 'delegation.started':
      return {
        agent: event.child_agent,
        state: 'working',
        sessionId: event.child_session_id,
        instruction: event.instruction,
        startedAt: event.at,
      };
    case 'delegation.finished':
      return {
        ...known,
        agent: event.child_agent,
        sessionId: event.child_session_id,
        state: event.status,
        startedAt: known?.startedAt ?? event.at,
        summary: event.summary,
        error: event.error,
      };
    default:
      event satisfies never;
      throw new Error('an event of no known form');
  }
}
