/**
 * Which notifications belong to which call. A caller that wants a call's notifications puts a `call_id` into
 * its params; what is said on behalf of the call carries the same id back (protocol.md §1, "order").
 */
import { isRecord } from './reading.ts';

export type StreamHandler = (name: string, payload: unknown) => void;

/** The open calls of one line. Used at both ends of both kinds of link. */
export class CallStreams {
  readonly #open = new Map<string, StreamHandler>();
  readonly #prefix: string;
  #next = 1;

  /** @param prefix keeps the two directions' ids apart in logs. */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Opens a stream: gives the params to send and closes with `using`. */
  open(params: unknown, handler: StreamHandler): Disposable & { readonly params: Record<string, unknown> } {
    const id = `${this.#prefix}${this.#next++}`;
    this.#open.set(id, handler);
    return {
      params: { ...(isRecord(params) ? params : {}), call_id: id },
      [Symbol.dispose]: () => this.#open.delete(id),
    };
  }

  /**
   * Delivers to the call named, or to the only one open when the peer names none (the reference never does).
   * Returns false when nobody is known to want it.
   */
  deliver(name: string, payload: unknown): boolean {
    const id = isRecord(payload) ? payload.call_id : undefined;
    const handler = id === undefined ? this.#only() : this.#open.get(String(id));
    handler?.(name, payload);
    return handler !== undefined;
  }

  #only(): StreamHandler | undefined {
    return this.#open.size === 1 ? this.#open.values().next().value : undefined;
  }
}
