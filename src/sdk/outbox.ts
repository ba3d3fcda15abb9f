/**
 * Notifications on their way out: kept in order, sent in batches, neighbouring text of one stream joined.
 * So a provider that yields a token at a time costs one message per turn of the event loop, not per token. A host
 * that is slow to hear is waited for, so that what waits costs the service's memory and not the editor's (RT-34).
 */
import { JOINABLE } from '../protocol/notifications.ts';

export type OutboxItem = [name: string, payload: unknown];

/** UTF-16 units after which text begins a new item, so that no single one holds the host for long. */
const LONG_TEXT = 16 * 1024;
const MOST_ITEMS = 250;
const MOST_TEXT = 8 * LONG_TEXT;

export class Outbox {
  readonly #send: (items: OutboxItem[]) => void;
  readonly #window: number;
  #items: OutboxItem[] = [];
  #scheduled = false;
  /** Batches sent and not reported as heard. */
  #unheard = 0;
  #waiters: (() => void)[] = [];

  /** @param window batches that may be on their way at once; `heard` has to be called for them. */
  constructor(send: (items: OutboxItem[]) => void, window = Number.POSITIVE_INFINITY) {
    this.#send = send;
    this.#window = window;
  }

  push(name: string, payload: unknown): void {
    const last = this.#items.at(-1);
    if (!last || !join(last, name, payload)) this.#items.push([name, payload]);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.flush());
  }

  /** Sends what waits, as far as the window lets it. */
  flush(): void {
    this.#scheduled = false;
    let sent = 0;
    while (sent < this.#items.length && this.#unheard < this.#window) {
      const end = endOfBatch(this.#items, sent);
      this.#unheard += 1;
      this.#send(this.#items.slice(sent, end));
      sent = end;
    }
    this.#items = sent === this.#items.length ? [] : this.#items.slice(sent);
    if (this.#items.length === 0) for (const go of this.#waiters.splice(0)) go();
  }

  /** The host has heard so many batches more. */
  heard(batches: number): void {
    this.#unheard -= batches;
    if (this.#items.length > 0) this.flush();
  }

  /**
   * Called before every answer and request, so that what was said before comes before it: sends what waits.
   * Undefined when all is sent, else settles when it is.
   */
  sent(): Promise<void> | undefined {
    this.flush();
    if (this.#items.length === 0) return undefined;
    return new Promise((resolve) => this.#waiters.push(resolve));
  }
}

interface TextPayload {
  text?: string;
  percent?: number;
  call_id?: string | number;
}

function endOfBatch(items: readonly OutboxItem[], from: number): number {
  let text = 0;
  let end = from;
  while (end < items.length && end - from < MOST_ITEMS && text < MOST_TEXT) {
    text += textOf(items[end]!).length;
    end += 1;
  }
  return end;
}

function textOf([, payload]: OutboxItem): string {
  const text = (payload as TextPayload | undefined)?.text;
  return typeof text === 'string' ? text : '';
}

function join(last: OutboxItem, name: string, payload: unknown): boolean {
  if (last[0] !== name || !JOINABLE.has(name)) return false;
  const [before, after] = [last[1] as TextPayload, payload as TextPayload];
  if (before.call_id !== after.call_id || textOf(last).length >= LONG_TEXT) return false;
  last[1] = { ...before, ...after, text: (before.text ?? '') + (after.text ?? '') };
  return true;
}
