/** What a row takes from the event that makes it. */
import type { EventOf, SessionEvent } from '../../src/protocol/events.ts';
import type { Timeline } from './timeline.ts';

export type LiveEvent = EventOf<'assistant.delta' | 'thinking.delta' | 'tool.progress'>;
export type StoredEvent = Exclude<SessionEvent, LiveEvent>;

export function isLive(event: SessionEvent): event is LiveEvent {
  return (
    event.type === 'assistant.delta' || event.type === 'thinking.delta' || event.type === 'tool.progress'
  );
}

export function rowHead(timeline: Timeline, event: SessionEvent) {
  return {
    key: `e${event.seq}`,
    seq: event.seq,
    lastSeq: event.seq,
    at: event.at,
    turn: event.turn,
    agent: event.agent,
    model: timeline.turn.model,
  };
}

/** The same while it streams and when it is finished, so that the row stays the same element. */
export function textKey(messageId: string): string {
  return `text:${messageId}`;
}
