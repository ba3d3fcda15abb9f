/**
 * Messages that want no answer, over a line where each takes a round trip: sent one after another, so that their
 * order holds, and those that came meanwhile together.
 */
import { messageText } from '../../protocol/sized-message.ts';

/** Characters of one sending after which the rest waits for the next. */
const FULL = 256 * 1024;

export class OneWay {
  readonly #send: (body: string) => Promise<void>;
  readonly #onFault: (text: string) => void;
  #waiting: string[] = [];
  #sending = false;
  #closed = false;

  /** @param send takes one JSON-RPC message, or an array of them, as JSON */
  constructor(send: (body: string) => Promise<void>, onFault: (text: string) => void) {
    this.#send = send;
    this.#onFault = onFault;
  }

  say(message: object): void {
    if (this.#closed) return;
    try {
      this.#waiting.push(messageText(message));
    } catch (error) {
      this.#onFault((error as Error).message);
      return;
    }
    if (!this.#sending) void this.#flush();
  }

  /** What waits is given up. */
  close(): void {
    this.#closed = true;
    this.#waiting = [];
  }

  async #flush(): Promise<void> {
    this.#sending = true;
    try {
      while (this.#waiting.length > 0) {
        const texts = this.#take();
        await this.#send(texts.length === 1 ? texts[0]! : `[${texts.join(',')}]`);
      }
    } catch (error) {
      if (!this.#closed) this.#onFault(`A message could not be sent: ${(error as Error).message}`);
    } finally {
      this.#sending = false;
    }
  }

  #take(): string[] {
    let [count, size] = [0, 0];
    do size += this.#waiting[count++]!.length;
    while (count < this.#waiting.length && size + this.#waiting[count]!.length <= FULL);
    return this.#waiting.splice(0, count);
  }
}
