/**
 * What a thread says, taken in slices: a port hands over all that waits at once, and a flood of it would hold the
 * editor. Bounded, too: what the SDK sends waits for our word (`BATCH_WINDOW`), so a long queue is a fault (RT-34).
 */

/** Milliseconds of one turn of the event loop that one service may take. */
const SLICE_MS = 10;
const MOST_WAITING = 5_000;

export class Inbox {
  readonly #take: (message: unknown) => void;
  readonly #onFlood: (reason: string) => void;
  #waiting: unknown[] = [];
  #spentMs = 0;
  #isScheduled = false;
  #isClosed = false;

  /** @param take must not throw. @param onFlood called once; nothing is taken after it. */
  constructor(take: (message: unknown) => void, onFlood: (reason: string) => void) {
    this.#take = take;
    this.#onFlood = onFlood;
  }

  /** Taken at once unless others wait or the slice is used up. */
  push(message: unknown): void {
    if (this.#isClosed) return;
    if (this.#waiting.length === 0 && this.#spentMs < SLICE_MS) {
      this.#takeTimed(message);
      return;
    }
    this.#waiting.push(message);
    if (this.#waiting.length <= MOST_WAITING) return;
    this.#close();
    this.#onFlood(`more than ${MOST_WAITING} messages at once`);
  }

  /** The service is gone: what it said before is taken now, and then nothing more. */
  end(): void {
    for (const message of this.#waiting) this.#take(message);
    this.#close();
  }

  #close(): void {
    this.#isClosed = true;
    this.#waiting = [];
  }

  #takeTimed(message: unknown): void {
    const began = performance.now();
    this.#take(message);
    this.#spentMs += performance.now() - began;
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#nextSlice());
  }

  #nextSlice(): void {
    this.#isScheduled = false;
    this.#spentMs = 0;
    let taken = 0;
    while (taken < this.#waiting.length && this.#spentMs < SLICE_MS) this.#takeTimed(this.#waiting[taken++]);
    this.#waiting.splice(0, taken);
  }
}
