/** What services have asked for in a turn and was not answered yet: its end is told before the turn's. */
import { setTimeout } from 'node:timers/promises';
import { PatchbayError } from '../protocol/errors.ts';

/** So long a stopped turn waits for what it ran, which ends at once unless something hangs. */
const LATE_MS = 100;

export class OpenRequests {
  readonly #open = new Set<Promise<unknown>>();

  /** The same request, counted until it settles. */
  add<T>(request: Promise<T>): Promise<T> {
    const counted = request.finally(() => this.#open.delete(counted));
    this.#open.add(counted);
    return counted;
  }

  /** Resolves when all have settled that were asked to stop. */
  async settled(): Promise<void> {
    await Promise.race([Promise.allSettled(this.#open), setTimeout(LATE_MS, undefined, { ref: false })]);
  }
}

/** @throws PatchbayError `cancelled` on abort: what does not come up in time must not hold a stopped turn. */
export function whenStopped(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(new PatchbayError('cancelled', 'The turn was stopped.'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
