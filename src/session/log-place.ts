/**
 * Where the events of a session stand in its tree and its turn: what a log entry says beside its event (AT-82, AT-87).
 * A pure fold; the place of a child is learned from the events of its parent.
 */
import type { EventOf, SessionEvent } from '../protocol/events.ts';

export interface LogPlace {
  readonly parentId: string | null;
  readonly originId: string;
  /** Agents down to the session that delegated, each followed by a slash; empty for the root. */
  readonly parentPath: string;
  /** The tool by which a child was called. */
  readonly tool: string | undefined;
  /** Model calls of the running turn. */
  readonly modelCalls: number;
  /** Names of calls that run, by call. */
  readonly calls: ReadonlyMap<string, string>;
}

export function rootPlace(sessionId: string): LogPlace {
  return {
    parentId: null,
    originId: sessionId,
    parentPath: '',
    tool: undefined,
    modelCalls: 0,
    calls: new Map(),
  };
}

/** The place at which an event stands; also that of what follows it. */
export function placeAt(place: LogPlace, event: SessionEvent): LogPlace {
  switch (event.type) {
    case 'turn.started':
      return { ...place, modelCalls: 0, calls: new Map() };
    case 'model.called':
      return { ...place, modelCalls: place.modelCalls + 1 };
    case 'tool.started':
      return { ...place, calls: new Map(place.calls).set(event.call_id, event.name) };
    default:
      return place;
  }
}

/** Where a child begins that this event tells of. */
export function childPlace(
  place: LogPlace,
  { agent, session_id, call_id }: EventOf<'delegation.started'>,
): LogPlace {
  return {
    ...rootPlace(place.originId),
    parentId: session_id,
    parentPath: `${place.parentPath}${agent}/`,
    // A person gives work away without a tool.
    tool: place.calls.get(call_id) ?? 'delegate',
  };
}
