/** Tells why a model call threw: cancelled, silent, refused, never connected, or cut off. */
import { PatchbayError } from '../../protocol/errors.ts';
import { type CallNames, cancelled, cutOff, type Refusal, refused, silent, unreachable } from './failure.ts';
import type { SilenceWatch } from './silence.ts';

export interface RunningCall extends CallNames {
  readonly signal: AbortSignal;
  readonly watch: SilenceWatch;
  readonly timeoutMs: number;
}

/**
 * @param meaningOf what the vendor's SDK says of its own errors: the server's refusal, `unreachable` for no
 * connection, undefined for anything else (a body that broke or was not what it should be).
 */
export function callFailure(
  error: unknown,
  call: RunningCall,
  meaningOf: (error: unknown) => Refusal | 'unreachable' | undefined,
): PatchbayError {
  if (call.signal.aborted) return cancelled(call.vendor);
  if (call.watch.isOver) return silent(call, call.timeoutMs);
  if (error instanceof PatchbayError) return error;
  const meaning = meaningOf(error);
  if (meaning === 'unreachable') return unreachable(call, error);
  return meaning ? refused(call, meaning) : cutOff(call.vendor, error);
}
