/** Delivers events to whoever listens: in order, to all, whatever one of them does. */
import type { SessionEvent } from '../protocol/events.ts';

type Listener = (event: SessionEvent) => void;

export class Subscribers {
  readonly #listeners = new Set<{ readonly listener: Listener; hasThrown: boolean }>();
  readonly #onProblem: (problem: string) => void;
  readonly #waiting: SessionEvent[] = [];
  #isDelivering = false;

  /** @param onProblem told once of each listener that throws. */
  constructor(onProblem: (problem: string) => void) {
    this.#onProblem = onProblem;
  }

  add(listener: Listener): Disposable {
    const entry = { listener, hasThrown: false };
    this.#listeners.add(entry);
    return { [Symbol.dispose]: () => this.#listeners.delete(entry) };
  }

  /** Synchronous. What a listener causes is delivered after the event it was called with, to all. */
  deliver(event: SessionEvent): void {
    this.#waiting.push(event);
    if (this.#isDelivering) return;
    this.#isDelivering = true;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) this.#deliverOne(next);
    this.#isDelivering = false;
  }

  #deliverOne(event: SessionEvent): void {
    for (const entry of [...this.#listeners]) {
      try {
        entry.listener(event);
      } catch (error) {
        if (entry.hasThrown) continue;
        entry.hasThrown = true;
        this.#onProblem(`A view could not take the event ${event.seq} (${event.type}): ${String(error)}`);
        process.emitWarning(error instanceof Error ? error : String(error));
      }
    }
  }
}
