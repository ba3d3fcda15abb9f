/** How a turn ends: its status and tag, what is given back to the person, who is told. */
import type { PatchbayError } from '../protocol/errors.ts';
import type { ExitTag, LimitKind, TurnEnding } from '../protocol/exit-tags.ts';
import type { EventError, TurnStatus } from '../protocol/outcome.ts';
import { emitHook } from './turn-hooks.ts';
import type { TurnParts, TurnStart } from './turn-parts.ts';

export interface TurnEnd {
  readonly status: TurnStatus;
  readonly exit: ExitTag;
}

/** A longer one would run out at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Calls `end` at a time in milliseconds since the epoch; never for Infinity, or after it is disposed of. */
export function atTime(time: number, end: () => void): Disposable {
  const ms = time - Date.now();
  const timer = ms <= LONGEST_TIMER_MS ? setTimeout(end, Math.max(0, ms)) : undefined;
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}

/** What the exit tag is made from. */
export function turnEnding(
  status: TurnStatus,
  error: EventError | undefined,
  limit: LimitKind | undefined,
): TurnEnding {
  if (status === 'failed') return { status, kind: error?.kind ?? 'tool' };
  return status === 'limit' ? { status, limit: limit ?? 'other' } : { status };
}

/** Of a turn that ended by an error. */
export function statusOf(failure: PatchbayError): TurnStatus {
  if (failure.kind === 'cancelled') return 'cancelled';
  return failure.kind === 'denied' ? 'denied' : 'failed';
}

/** What the person wrote for this turn, to be given back. */
export function givenText(start: TurnStart): string | undefined {
  if (start.kind === 'prompt') return start.text;
  return start.kind === 'delegation' ? start.instruction : undefined;
}

/** Lets observers that already run know of the end; nobody is started for it. */
export async function sessionEnd(parts: TurnParts, { status, exit }: TurnEnd): Promise<void> {
  await emitHook(parts, 'session:end', { status, exit }, { startedOnly: true, timeoutMs: 500 });
}
