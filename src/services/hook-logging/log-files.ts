/** Log files that are written behind the back of whoever logs: lines collect, and are appended together. */
import { appendFile, mkdir } from 'node:fs/promises';
import path from 'node:path';

const WRITE_AFTER_MS = 200;
/** Lines that may wait; with more, writing begins at once. */
const MOST_WAITING = 500;
/** Where nothing can be written, so many lines are kept and further ones let go. */
const MOST_KEPT = 10_000;

/** Makes a line, without its newline, when it is written. */
export type Line = () => string;

export class LogFiles implements AsyncDisposable {
  readonly #waiting = new Map<string, Line[]>();
  #count = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #hasFailed = false;
  #report: (problem: string) => void = () => undefined;

  /**
   * Takes a line. Never waits, never throws.
   * @param report told when writing begins to fail: once, until it works again.
   */
  append(file: string, line: Line, report: (problem: string) => void): void {
    this.#report = report;
    if (this.#count >= MOST_KEPT) return;
    const lines = this.#waiting.get(file) ?? [];
    lines.push(line);
    this.#waiting.set(file, lines);
    this.#count += 1;
    if (this.#count > MOST_WAITING && !this.#hasFailed) void this.#flush();
    else this.#timer ??= setTimeout(() => void this.#flush(), WRITE_AFTER_MS);
  }

  /** Writes what waits. */
  async [Symbol.asyncDispose](): Promise<void> {
    do await this.#flush();
    while (this.#waiting.size > 0 && !this.#hasFailed);
    clearTimeout(this.#timer);
  }

  async #flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
    await this.#writing;
  }

  async #write(): Promise<void> {
    for (const [file, lines] of this.#waiting) {
      const count = lines.length;
      try {
        await mkdir(path.dirname(file), { recursive: true });
        await appendFile(file, lines.map((line) => `${line()}\n`).join(''));
        this.#hasFailed = false;
      } catch (error) {
        if (!this.#hasFailed) this.#report(`"${file}" cannot be written: ${(error as Error).message}`);
        this.#hasFailed = true;
        continue;
      }
      this.#count -= count;
      lines.splice(0, count);
      if (lines.length === 0) this.#waiting.delete(file);
    }
  }
}
