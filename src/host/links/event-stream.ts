/** Reads a server-sent-event stream: events out of chunks of text, bounded in memory. */
import { StringDecoder } from 'node:string_decoder';

export interface StreamEvent {
  /** `message` unless the event says otherwise. */
  readonly type: string;
  /** Absent when this very event has none. */
  readonly id: string | undefined;
  readonly data: string;
}

export class EventStreamReader {
  readonly #onEvent: (event: StreamEvent) => void;
  readonly #maxBytes: number;
  readonly #decoder = new StringDecoder('utf8');
  #partial = '';
  #type = '';
  #id: string | undefined;
  #data: string[] = [];
  #size = 0;

  /** @param maxBytes of one event, of which no more than that is kept */
  constructor(maxBytes: number, onEvent: (event: StreamEvent) => void) {
    this.#maxBytes = maxBytes;
    this.#onEvent = onEvent;
  }

  /** @throws RangeError when an event is longer than allowed. */
  push(chunk: Buffer): void {
    const lines = this.#decoder.write(chunk).split('\n');
    this.#size += chunk.length;
    // A long line is put together once, when its end comes.
    const first = lines[0]!;
    this.#partial += first;
    if (lines.length === 1) {
      this.#checkSize();
      return;
    }
    lines[0] = this.#partial;
    this.#partial = lines.pop()!;
    for (const line of lines) this.#take(line);
    if (this.#data.length === 0) this.#size = this.#partial.length;
    this.#checkSize();
  }

  #checkSize(): void {
    if (this.#size > this.#maxBytes) throw new RangeError(`an event of more than ${this.#maxBytes} bytes`);
  }

  #take(ended: string): void {
    const line = ended.endsWith('\r') ? ended.slice(0, -1) : ended;
    if (line === '') {
      if (this.#data.length > 0) {
        this.#onEvent({ type: this.#type || 'message', id: this.#id, data: this.#data.join('\n') });
      }
      this.#type = '';
      this.#id = undefined;
      this.#data = [];
      return;
    }
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') this.#data.push(value);
    else if (field === 'event') this.#type = value;
    else if (field === 'id') this.#id = value;
  }
}
