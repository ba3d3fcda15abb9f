/** Where a session is cut to go on differently from there (DL-34). Pure. */
import type { Message } from '../protocol/data.ts';
import { PatchbayError } from '../protocol/errors.ts';
import type { SessionEvent } from '../protocol/events.ts';

export interface ForkPoint {
  readonly turn: number;
  /** Milliseconds since the epoch at which that turn ended. */
  readonly at: number;
  /** Up to the turn's end. */
  readonly events: readonly SessionEvent[];
  readonly transcript: readonly Message[];
  /** No later turn has begun: what else the session keeps belongs to this point too. */
  readonly isNewest: boolean;
}

/**
 * @param events all of the session's, in ascending order.
 * @param turn absent: the last one that has ended.
 * @throws PatchbayError `config` for a turn that is unknown or has not ended, and where the log does not tell what the
 * conversation was then.
 */
export function forkPoint(
  id: string,
  events: readonly SessionEvent[],
  transcript: readonly Message[],
  turn?: number,
): ForkPoint {
  const ended = events.flatMap((event) => (event.type === 'turn.finished' ? [event.turn] : []));
  const wanted = turn ?? ended.at(-1);
  if (wanted === undefined || !ended.includes(wanted)) throw noSuchTurn(id, ended, turn);
  return cut(id, events, transcript, wanted);
}

/** The same point in the time of a session it delegated to; undefined when that had not finished a turn by then. */
export function forkPointAt(
  id: string,
  events: readonly SessionEvent[],
  transcript: readonly Message[],
  at: number,
): ForkPoint | undefined {
  const last = events.findLast((event) => event.type === 'turn.finished' && event.at <= at);
  return last && cut(id, events, transcript, last.turn);
}

function cut(
  id: string,
  events: readonly SessionEvent[],
  transcript: readonly Message[],
  turn: number,
): ForkPoint {
  const end = events.findLastIndex((event) => event.type === 'turn.finished' && event.turn === turn);
  const next = events.slice(end + 1).find((event) => event.type === 'turn.started');
  const kept = { turn, at: events[end]!.at, events: events.slice(0, end + 1) };
  if (next?.type !== 'turn.started') return { ...kept, transcript, isNewest: true };
  if (next.messages !== undefined) {
    return { ...kept, transcript: transcript.slice(0, next.messages), isNewest: false };
  }
  throw new PatchbayError(
    'config',
    `Session "${id}" does not tell what was said by the end of turn ${turn}.`,
    {
      remedy: 'Fork it at its last turn.',
    },
  );
}

function noSuchTurn(id: string, ended: readonly number[], turn: number | undefined): PatchbayError {
  const last = ended.at(-1);
  if (last === undefined) {
    return new PatchbayError('config', `Session "${id}" has no turn yet that has ended.`, {
      remedy: 'Fork it when it has answered.',
    });
  }
  return new PatchbayError('config', `Session "${id}" has no turn ${turn} that has ended.`, {
    remedy: last === 1 ? 'It has one, turn 1.' : `Those that have are 1 to ${last}.`,
  });
}
