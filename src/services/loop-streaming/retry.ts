/** Waiting between tries: exponential with jitter, or as long as the provider asks for (RT-43). */
import { PatchbayError } from '../../protocol/errors.ts';

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 60_000;

/**
 * Milliseconds before the next try. `attempt` counts the tries that failed, from 1.
 * @param random in [0, 1); half of the delay is jitter, so that many clients do not come back at once.
 */
export function retryDelay(
  attempt: number,
  retryAfterMs: number | undefined,
  random: number,
  firstDelayMs = FIRST_DELAY_MS,
): number {
  if (retryAfterMs !== undefined) return Math.min(retryAfterMs, LONGEST_DELAY_MS * 5);
  const full = Math.min(LONGEST_DELAY_MS, firstDelayMs * 2 ** (attempt - 1));
  return Math.round(full / 2 + (full / 2) * random);
}

/** Settles after a time. @throws PatchbayError `cancelled` as soon as the signal aborts. */
export function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(new PatchbayError('cancelled', 'Cancelled.'));
    };
    if (signal.aborted) {
      reject(new PatchbayError('cancelled', 'Cancelled.'));
      return;
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}
