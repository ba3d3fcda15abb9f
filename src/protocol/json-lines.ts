/**
 * Framing of the process link: one compact JSON object per line. Reading and writing only, nothing of what
 * the messages mean; the bookkeeping of requests is vscode-jsonrpc's.
 */
import type { Readable, Writable } from 'node:stream';
import {
  AbstractMessageReader,
  AbstractMessageWriter,
  type DataCallback,
  type Disposable,
  type Message,
  type MessageReader,
  type MessageWriter,
} from 'vscode-jsonrpc';
import { toWireError } from './errors.ts';
import { MAX_MESSAGE_BYTES, messageText, tooLong } from './sized-message.ts';

/** A reader's own last message: whoever gets it has had all others. */
export const END_OF_LINES = '$/endOfLines';

export interface LineReaderOptions {
  /** Called for a line that is not a JSON object: its first 200 characters, and how many came in a row. */
  readonly onGarbage: (excerpt: string, inARow: number) => void;
  /** Ends with a message of its own, END_OF_LINES, behind all of the peer's. */
  readonly marksEnd?: boolean;
}

/**
 * Reads messages line by line. Garbage is reported and skipped; the stream stays usable. A line that is too long
 * is thrown away as it arrives; was it an answer, its caller gets an error instead.
 */
export class LineReader extends AbstractMessageReader implements MessageReader {
  readonly #stream: Readable;
  readonly #options: LineReaderOptions;
  #held = false;
  #behind = false;

  constructor(stream: Readable, options: LineReaderOptions) {
    super();
    this.#stream = stream;
    this.#options = options;
  }

  listen(callback: DataCallback): Disposable {
    let inARow = 0;
    /** Messages of the chunk at hand. */
    let count = 0;
    const onGarbage = (excerpt: string) => {
      inARow += 1;
      this.#options.onGarbage(excerpt, inARow);
    };
    const lines = new LineSplitter(
      (line) => {
        const message = parseLine(line);
        if (message === undefined) {
          onGarbage(line.slice(0, 200));
          return;
        }
        inARow = 0;
        count += 1;
        callback(message);
      },
      (line) => {
        const id = answeredId(line);
        if (id === undefined) {
          onGarbage(line.head.slice(0, 200));
          return;
        }
        const answer = { jsonrpc: '2.0', id, error: toWireError(tooLong('an answer', line.bytes)) };
        callback(answer);
      },
    );
    const onData = (chunk: Buffer) => {
      count = 0;
      lines.push(chunk);
      if (count > 1) this.#catchUp(count - 1);
    };
    const onEnd = () => {
      lines.end();
      if (this.#options.marksEnd) callback({ jsonrpc: '2.0', method: END_OF_LINES } as Message);
      this.fireClose();
    };
    const onError = (error: Error) => this.fireError(error);
    this.#stream.on('data', onData).on('end', onEnd).on('error', onError);
    return {
      dispose: () => {
        this.#stream.off('data', onData).off('end', onEnd).off('error', onError);
      },
    };
  }

  /** Reads no further until `release`. */
  hold(): void {
    this.#held = true;
    this.#stream.pause();
  }

  release(): void {
    this.#held = false;
    if (!this.#behind) this.#stream.resume();
  }

  /**
   * vscode-jsonrpc handles one message in a turn of the event loop and queues the others: reading waits for so
   * many turns, so that a flood fills the pipe and not our memory.
   */
  #catchUp(turns: number): void {
    this.#behind = true;
    this.#stream.pause();
    const next = (left: number) => {
      if (left > 0) {
        setImmediate(next, left - 1);
        return;
      }
      this.#behind = false;
      if (!this.#held) this.#stream.resume();
    };
    next(turns);
  }
}

/** Writes one message per line, refusing those a peer would choke on. */
export class LineWriter extends AbstractMessageWriter implements MessageWriter {
  readonly #stream: Writable;

  constructor(stream: Writable) {
    super();
    this.#stream = stream;
    this.#stream.on('error', (error: Error) => this.fireError(error));
    this.#stream.on('close', () => this.fireClose());
  }

  /** @throws PatchbayError `protocol` when the message would exceed MAX_MESSAGE_BYTES. */
  async write(message: Message): Promise<void> {
    const line = `${messageText(message)}\n`;
    if (this.#stream.write(line)) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        this.#stream.off('drain', done).off('close', done);
        resolve();
      };
      this.#stream.on('drain', done).on('close', done);
    });
  }

  end(): void {
    this.#stream.end();
  }
}

/** What is left of a line that was too long. */
interface Oversize {
  readonly head: string;
  readonly tail: string;
  readonly bytes: number;
}

/** Cuts a byte stream into lines; a chunk is copied once, however many chunks a line has. */
class LineSplitter {
  readonly #onLine: (line: string) => void;
  readonly #onOversize: (line: Oversize) => void;
  #parts: Buffer[] = [];
  #bytes = 0;
  /** The beginning of a line that is too long. */
  #head: string | undefined;

  constructor(onLine: (line: string) => void, onOversize: (line: Oversize) => void) {
    this.#onLine = onLine;
    this.#onOversize = onOversize;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      this.#keep(chunk.subarray(start, end));
      this.#finish();
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
  }

  end(): void {
    this.#finish();
  }

  #keep(part: Buffer): void {
    if (part.length === 0) return;
    this.#bytes += part.length;
    this.#parts.push(part);
    if (this.#bytes <= MAX_MESSAGE_BYTES) return;
    this.#head ??= this.#parts[0]!.toString('utf8', 0, EXCERPT);
    // The end of it lies in the last two chunks, unless they are tiny.
    this.#parts = this.#parts.slice(-2);
  }

  #finish(): void {
    const [parts, bytes, head] = [this.#parts, this.#bytes, this.#head];
    this.#parts = [];
    this.#bytes = 0;
    this.#head = undefined;
    if (head !== undefined) {
      this.#onOversize({ head, tail: Buffer.concat(parts).toString('utf8').slice(-EXCERPT), bytes });
      return;
    }
    const line = parts.length === 1 ? parts[0]!.toString() : Buffer.concat(parts).toString();
    if (line.trim() !== '') this.#onLine(line);
  }
}

/** Characters of a long line that are looked at. */
const EXCERPT = 500;

/** The id of the answer that a line was, going by its two ends; undefined when it was none, or does not tell. */
function answeredId({ head, tail }: Oversize): number | string | undefined {
  const keys =
    /^\s*\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?(?:"id"\s*:\s*(\d+|"[^"\\]*")\s*,\s*)?"(?:result|error)"/.exec(
      head,
    );
  if (!keys) return undefined;
  const id = keys[1] ?? /,\s*"id"\s*:\s*(\d+|"[^"\\]*")\s*\}\s*$/.exec(tail)?.[1];
  return id === undefined ? undefined : (JSON.parse(id) as number | string);
}

/** A message, or undefined when the line is not one. `jsonrpc` is not required of a peer. */
function parseLine(line: string): Message | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return { ...value, jsonrpc: '2.0' };
  } catch {
    return undefined;
  }
}
