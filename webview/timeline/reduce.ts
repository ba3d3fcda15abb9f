/**
 * The fold of a session's events into rows. Repeated events change nothing; an event that comes too early
 * changes nothing either and marks a gap, to be closed by asking the host for what is missing.
 */
import type { EventOf, SessionEvent } from '../../src/protocol/events.ts';
import { reduceDelegation } from './reduce-delegation.ts';
import { reduceHook } from './reduce-hook.ts';
import { reduceLive } from './reduce-live.ts';
import { reduceTool } from './reduce-tool.ts';
import { reduceTurn } from './reduce-turn.ts';
import { isLive, rowHead, type StoredEvent, textKey } from './row-head.ts';
import { appendRow, close, findOpen, replaceOpen, type Timeline, type TurnState } from './timeline.ts';

/** The timeline after one more event. Costs the same however long the session is. */
export function reduce(timeline: Timeline, event: SessionEvent): Timeline {
  if (event.session_id !== timeline.sessionId) return timeline;
  if (isLive(event)) return reduceLive(timeline, event);
  if (event.seq <= timeline.lastSeq) return timeline;
  if (event.seq > timeline.lastSeq + 1) return { ...timeline, gap: true };
  return take(timeline, event);
}

/** A page as the host read it: ascending, and complete even where numbers are left out. */
export function reducePage(timeline: Timeline, events: readonly SessionEvent[]): Timeline {
  let next = timeline;
  for (const event of events) {
    if (!isLive(event) && event.seq > next.lastSeq + 1) next = { ...next, lastSeq: event.seq - 1 };
    next = reduce(next, event);
  }
  return next;
}

/** From here on rows go on a page of their own, so that pages keep their rows when older ones are put before. */
export function beginPage(timeline: Timeline, seq: number): Timeline {
  return { ...timeline, pages: [...timeline.pages, { id: seq, rows: [] }] };
}

function take(timeline: Timeline, event: StoredEvent): Timeline {
  const next: Timeline = {
    ...timeline,
    firstSeq: timeline.firstSeq || event.seq,
    lastSeq: event.seq,
    turn: turnOf(timeline, event),
  };
  return takeStored(next, event);
}

/** A page may begin in the middle of a turn: any event of a turn says that it began. */
function turnOf({ turn }: Timeline, event: StoredEvent): TurnState {
  return event.turn === turn.number ? turn : { ...turn, number: event.turn, running: true };
}

function takeStored(timeline: Timeline, event: StoredEvent): Timeline {
  switch (event.type) {
    case 'turn.started':
    case 'turn.stopping':
    case 'turn.finished':
    case 'model.called':
    case 'model.retrying':
      return reduceTurn(timeline, event);
    case 'tool.requested':
    case 'tool.started':
    case 'tool.finished':
    case 'hook.decided':
    case 'approval.requested':
    case 'approval.answered':
      return reduceTool(timeline, event);
    case 'assistant.message':
    case 'thinking.message':
      return takeText(timeline, event);
    case 'prompt':
      return appendRow(timeline, {
        ...rowHead(timeline, event),
        kind: 'prompt',
        text: event.text,
        steering: event.steering === true,
        delegateTo: event.delegate_to,
      });
    case 'session.resumed':
      return appendRow(timeline, {
        ...rowHead(timeline, event),
        kind: 'divider',
        what: { type: 'resumed', reason: event.reason },
      });
    case 'context.compacted':
      return appendRow(timeline, {
        ...rowHead(timeline, event),
        kind: 'divider',
        what: {
          type: 'compacted',
          beforeTokens: event.before_tokens,
          afterTokens: event.after_tokens,
        },
      });
    case 'hook.waiting':
    case 'hook.answered':
    case 'hook.failed':
      return reduceHook(timeline, event);
    case 'service.crashed':
      return appendRow(timeline, {
        ...rowHead(timeline, event),
        kind: 'crash',
        service: event.service,
        exit: event.exit,
        error: event.error,
      });
    case 'notice':
      return appendRow(timeline, {
        ...rowHead(timeline, event),
        kind: 'notice',
        level: event.level,
        text: event.text,
        remedy: event.remedy,
        source: event.source,
      });
    case 'todo.updated':
      return takeTodos(timeline, event);
    case 'delegation.queued':
    case 'delegation.started':
    case 'delegation.finished':
      return reduceDelegation(timeline, event);
    case 'session.started':
    case 'session.forked':
    case 'session.titled':
    case 'service.started':
    case 'service.stopped':
    case 'service.log':
      return timeline;
    default:
      event satisfies never;
      return timeline;
  }
}

/** The finished text takes the place of what was streamed of it. */
function takeText(
  timeline: Timeline,
  event: EventOf<'assistant.message'> | EventOf<'thinking.message'>,
): Timeline {
  const next = {
    ...timeline,
    live: timeline.live.filter((row) => row.messageId !== event.message_id),
    turn: { ...timeline.turn, since: event.at, retry: undefined },
  };
  if (event.text === '') return next;
  return appendRow(next, {
    ...rowHead(timeline, event),
    key: textKey(event.message_id),
    kind: event.type === 'assistant.message' ? 'message' : 'thinking',
    messageId: event.message_id,
    text: event.text,
    streaming: false,
    interrupted: event.interrupted === true,
    durationMs: event.type === 'thinking.message' ? event.duration_ms : undefined,
  });
}

/** One list per turn, changed in place. */
function takeTodos(timeline: Timeline, event: EventOf<'todo.updated'>): Timeline {
  const known = findOpen(timeline, 'todos', 'todos');
  if (!known) {
    if (event.todos.length === 0) return timeline;
    const row = { ...rowHead(timeline, event), kind: 'todos' as const, todos: event.todos };
    return appendRow(timeline, row, 'todos');
  }
  const row = { ...known, lastSeq: event.seq, todos: event.todos };
  const changed = replaceOpen(timeline, 'todos', row);
  return event.todos.length === 0 ? close(changed, 'todos') : changed;
}
