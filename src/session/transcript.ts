/**
 * The messages a model sees, on disk as they flow (RT-14). Read when first asked for: looking at a session does
 * not need them. Written bare; `{"message": …}` lines of other hosts are read too (DL-30).
 */
import { existsSync, readFileSync } from 'node:fs';
import { Message } from '../protocol/data.ts';
import { isRecord } from '../protocol/reading.ts';
import { LineFile, type LineFileOptions } from './line-file.ts';

export interface TranscriptOptions extends LineFileOptions {
  /** Told the number, as an editor shows it, of each line that is not a message. */
  readonly onGarbage: (line: number) => void;
}

export class Transcript implements AsyncDisposable {
  readonly #file: LineFile;
  readonly #onGarbage: (line: number) => void;
  #messages: Message[] | undefined;

  constructor(path: string, options: TranscriptOptions) {
    this.#file = new LineFile(path, options);
    this.#onGarbage = options.onGarbage;
  }

  /** All messages, oldest first; read from disk the first time. */
  get messages(): readonly Message[] {
    return this.#read();
  }

  add(message: Message): void {
    this.#read().push(message);
    this.#file.append(JSON.stringify(message));
  }

  flush(): Promise<void> {
    return this.#file.flush();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#file[Symbol.asyncDispose]();
  }

  #read(): Message[] {
    if (this.#messages) return this.#messages;
    const text = existsSync(this.#file.path) ? readFileSync(this.#file.path, 'utf8') : '';
    const { messages, garbage } = readTranscript(text);
    this.#messages = messages;
    for (const line of garbage) this.#onGarbage(line);
    return messages;
  }
}

/** Pure: the messages of a transcript's text and the numbers of the lines that are none. */
export function readTranscript(text: string): { messages: Message[]; garbage: number[] } {
  const messages: Message[] = [];
  const garbage: number[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const message = parseMessage(line);
    if (message) messages.push(message);
    else garbage.push(index + 1);
  }
  return { messages, garbage };
}

function parseMessage(line: string): Message | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const bare = isRecord(value) && !('role' in value) ? value.message : value;
    const parsed = Message.safeParse(bare);
    return parsed.success ? parsed.data : undefined;
  } catch {
    // Not JSON: the caller reports the line.
    return undefined;
  }
}
