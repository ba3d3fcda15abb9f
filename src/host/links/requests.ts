/** What one service has asked of the host and waits for: bounded in number, and given up when the service ends. */
import { PatchbayError } from '../../protocol/errors.ts';

/** An orchestrator runs some hundred tool calls at once; more than this is a fault. */
const MOST_OPEN = 1_000;

export class Requests {
  readonly #open = new Map<number | symbol, AbortController>();
  readonly #service: string;

  constructor(service: string) {
    this.#service = service;
  }

  /**
   * Runs a handler with a signal that aborts on `cancel` and when the service ends.
   * @throws PatchbayError `protocol` when the id is in use or too much waits, else what the handler throws.
   */
  async run<T>(handler: (signal: AbortSignal) => Promise<T>, id: number | symbol): Promise<T> {
    if (this.#open.has(id)) throw this.#refused(`the id ${String(id)} is in use`);
    if (this.#open.size >= MOST_OPEN) throw this.#refused(`${MOST_OPEN} others are not answered yet`);
    const controller = new AbortController();
    this.#open.set(id, controller);
    try {
      return await handler(controller.signal);
    } finally {
      this.#open.delete(id);
    }
  }

  cancel(id: number | symbol): void {
    this.#open.get(id)?.abort();
  }

  /** The service is gone: nobody waits for an answer any more. */
  end(): void {
    for (const controller of this.#open.values()) controller.abort();
  }

  #refused(why: string): PatchbayError {
    const message = `A request of service "${this.#service}" was refused: ${why}.`;
    return new PatchbayError('protocol', message, {
      service: this.#service,
      remedy: 'Await what was asked before asking for more.',
    });
  }
}
