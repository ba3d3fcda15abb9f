/**
 * Events on their way to one reader. Live text is joined while the reader is slow, so what waits is bounded
 * by what is stored anyway, never by the number of tokens (RT-34).
 */
import type { PatchbayError } from '../protocol/errors.ts';
import { isLive, type LiveEvent, type SessionEvent } from '../protocol/events.ts';

export class EventQueue implements AsyncIterable<SessionEvent> {
  #waiting: SessionEvent[] = [];
  #wake: (() => void) | undefined;
  #ended = false;
  #failure: PatchbayError | undefined;

  push(event: SessionEvent): void {
    if (!this.#join(event)) this.#waiting.push(event);
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** The reader gets what waits, then the error. */
  fail(error: PatchbayError): void {
    this.#failure = error;
    this.end();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<SessionEvent> {
    for (;;) {
      const batch = this.#waiting;
      this.#waiting = [];
      yield* batch;
      if (this.#waiting.length > 0) continue;
      if (this.#ended) break;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    if (this.#failure) throw this.#failure;
  }

  /** Joins live text to what waits of it. Streams that run at once may lie between, stored events may not. */
  #join(event: SessionEvent): boolean {
    if (!isLive(event)) return false;
    for (let index = this.#waiting.length - 1; index >= 0; index -= 1) {
      const before = this.#waiting[index]!;
      if (!isLive(before)) return false;
      const joined = joinLive(before, event);
      if (!joined) continue;
      this.#waiting[index] = joined;
      return true;
    }
    return false;
  }
}

/** One live event in place of two neighbours of the same text; undefined when they do not join. */
export function joinLive(before: SessionEvent, after: SessionEvent): LiveEvent | undefined {
  if (!isLive(before) || !isLive(after) || before.type !== after.type) return undefined;
  if (idOf(before) !== idOf(after) || before.offset + before.text.length !== after.offset) return undefined;
  return { ...after, offset: before.offset, text: before.text + after.text } as LiveEvent;
}

function idOf(event: LiveEvent): string {
  return event.type === 'tool.progress' ? event.call_id : event.message_id;
}
