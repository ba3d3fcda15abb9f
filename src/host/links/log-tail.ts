/** The last part of what a service printed, line by line to whoever listens, bounded in memory. */
import type { Readable } from 'node:stream';

const KEEP = 64 * 1024;
/** A line longer than this is passed on in pieces. */
const LONGEST_LINE = 8 * 1024;

export class LogTail {
  /** The last KEEP characters, and the rest of the oldest piece. */
  #pieces: string[] = [];
  #length = 0;
  #partial = '';
  readonly #onLine: (line: string) => void;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** Drains a stream for as long as it lives: an unread pipe would block the service at 64 KB. */
  follow(stream: Readable): void {
    stream.setEncoding('utf8');
    // All that waits at once, and not piece by piece: a flood comes in thousands of them.
    stream.on('readable', () => {
      for (let text = stream.read(); text !== null; text = stream.read()) this.push(text as string);
    });
    stream.on('error', (error: Error) => this.push(`(log unreadable: ${error.message})\n`));
  }

  push(printed: string): void {
    const text = shortened(printed);
    this.#keep(text);
    const lines = (this.#partial + text).split('\n');
    this.#partial = lines.pop() ?? '';
    if (this.#partial.length > LONGEST_LINE) {
      lines.push(this.#partial);
      this.#partial = '';
    }
    for (const line of lines) if (line.trim() !== '') this.#onLine(line.slice(0, LONGEST_LINE));
  }

  toString(): string {
    return this.#pieces.join('').slice(-KEEP);
  }

  #keep(text: string): void {
    this.#pieces.push(text);
    this.#length += text.length;
    while (this.#length - this.#pieces[0]!.length >= KEEP) this.#length -= this.#pieces.shift()!.length;
  }
}

/** What comes at once and is longer than anyone reads keeps its beginning and its end. */
function shortened(text: string): string {
  const left = text.length - 2 * KEEP;
  if (left <= 0) return text;
  return `${text.slice(0, KEEP)}\n(${left} characters are left out here)\n${text.slice(-KEEP)}`;
}

/** What a service said last, as a sentence for an error; empty when it said nothing. Stack frames say nothing. */
export function lastWords(log: string): string {
  const lines = log.split('\n').filter((line) => line.trim() !== '' && !/^\s+at |^Node\.js v/.test(line));
  const last = lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1);
  return last === undefined ? '' : ` It said: ${last.trim().slice(0, 300)}`;
}
