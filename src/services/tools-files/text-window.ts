/**
 * Some lines out of a text of any length, numbered as `cat -n` does, without ever holding more than those
 * lines and one piece of the file.
 */
import type { EncodedText } from './encoding.ts';

export interface WindowRequest {
  /** 1-based number of the first line. */
  readonly offset: number;
  readonly maxLines: number;
  readonly maxLineChars: number;
  /** For the whole of the numbered text. */
  readonly maxChars: number;
}

export interface TextWindow {
  readonly content: string;
  readonly linesRead: number;
  /** Of the whole text; a last line without a line break counts. */
  readonly totalLines: number;
  readonly hasCutLines: boolean;
  /** Some shown bytes were not valid in the encoding and appear as U+FFFD. */
  readonly hasInvalidText: boolean;
}

export const CUT_MARK = '... [truncated]';

/** Reads to the end, since only there the number of lines is known. */
export async function readWindow(
  chunks: AsyncIterable<Uint8Array>,
  { encoding }: EncodedText,
  request: WindowRequest,
): Promise<TextWindow> {
  const decoder = new TextDecoder(encoding);
  const collector = new LineCollector(request);
  for await (const chunk of chunks) collector.push(decoder.decode(chunk, { stream: true }));
  collector.push(decoder.decode());
  return collector.end();
}

class LineCollector {
  readonly #request: WindowRequest;
  #content = '';
  #linesRead = 0;
  #hasCutLines = false;
  #isFull = false;
  /** Number of the line being read. */
  #number = 1;
  /** Its first part, at most one character longer than what is shown of a line. */
  #line = '';
  #hasLine = false;

  constructor(request: WindowRequest) {
    this.#request = request;
  }

  push(text: string): void {
    for (let start = 0; start < text.length; ) {
      const end = text.indexOf('\n', start);
      this.#extend(text, start, end === -1 ? text.length : end);
      if (end === -1) return;
      this.#finishLine();
      start = end + 1;
    }
  }

  end(): TextWindow {
    if (this.#hasLine) this.#finishLine();
    return {
      content: this.#content,
      linesRead: this.#linesRead,
      totalLines: this.#number - 1,
      hasCutLines: this.#hasCutLines,
      hasInvalidText: this.#content.includes('\uFFFD'),
    };
  }

  #extend(text: string, start: number, end: number): void {
    if (end > start) this.#hasLine = true;
    if (!this.#isWanted()) return;
    // Two more than fit: one that shows the line is longer, one for a carriage return at its end.
    const room = this.#request.maxLineChars + 2 - this.#line.length;
    if (room > 0) this.#line += text.slice(start, Math.min(end, start + room));
  }

  #isWanted(): boolean {
    return !this.#isFull && this.#number >= this.#request.offset && this.#linesRead < this.#request.maxLines;
  }

  #finishLine(): void {
    if (this.#isWanted()) this.#take(this.#line.endsWith('\r') ? this.#line.slice(0, -1) : this.#line);
    this.#line = '';
    this.#hasLine = false;
    this.#number += 1;
  }

  #take(line: string): void {
    const isCut = line.length > this.#request.maxLineChars;
    const shown = isCut ? cutText(line, this.#request.maxLineChars) + CUT_MARK : line;
    const numbered = `${this.#linesRead === 0 ? '' : '\n'}${String(this.#number).padStart(6)}\t${shown}`;
    // The first line is always given, so that reading on gets somewhere.
    if (this.#linesRead > 0 && this.#content.length + numbered.length > this.#request.maxChars) {
      this.#isFull = true;
      return;
    }
    this.#content += numbered;
    this.#linesRead += 1;
    this.#hasCutLines ||= isCut;
  }
}

/** Never leaves half of a surrogate pair. */
function cutText(text: string, length: number): string {
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}
