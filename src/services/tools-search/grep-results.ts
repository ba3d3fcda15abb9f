/**
 * From ripgrep's output to results, one reader per output mode. Each takes the output piece by piece and
 * holds no more than what is asked for.
 */
import { matchLine } from './match-line.ts';
import { splitRecords } from './split-records.ts';

export interface GrepResult {
  readonly file: string;
  readonly content?: string;
  readonly line_number?: number;
  readonly count?: number;
  /** A line around a match (-A, -B, -C), not one itself. */
  readonly is_context?: true;
}

export interface GrepReader {
  /** False once nothing more is wanted. */
  push(chunk: Uint8Array): boolean;
  /** What was found so far. */
  readonly found: GrepFound;
}

export interface GrepFound {
  /** Those inside the window. */
  readonly results: readonly GrepResult[];
  /** Of all that was found: matching lines, or files in the mode `files_with_matches`. */
  readonly total: number;
  /** Something was found beyond the window. */
  readonly hasMore: boolean;
}

export interface GrepWindow {
  /** So many results are left out first. */
  readonly offset: number;
  readonly limit: number;
  /** From ripgrep's path to the one shown; undefined leaves the result out. */
  readonly shown: (file: string) => string | undefined;
}

const MAX_RECORD_BYTES = 1024 * 1024;
/** Nobody reads beyond; a pattern that matches everywhere must not run for minutes to be counted. */
const MAX_COUNTED = 10_000;

/** Reads `rg --json`. */
export function contentReader(window: GrepWindow, withNumbers: boolean): GrepReader {
  const records = splitRecords(0x0a, MAX_RECORD_BYTES);
  const found = new Found(window);
  const push = (chunk: Uint8Array) => {
    for (const record of records.push(chunk)) {
      const line = matchLine(record);
      if (!line) continue;
      found.add(line.file, line.isContext ? 0 : 1, {
        content: line.content,
        ...(withNumbers && line.lineNumber !== undefined && { line_number: line.lineNumber }),
        ...(line.isContext && { is_context: true }),
      });
      if (found.total >= MAX_COUNTED) return false;
    }
    return true;
  };
  return { push, found };
}

/** Reads `rg --files-with-matches --null`. */
export function filesReader(window: GrepWindow): GrepReader {
  const records = splitRecords(0, MAX_RECORD_BYTES);
  const found = new Found(window);
  const push = (chunk: Uint8Array) => {
    for (const { text } of records.push(chunk)) found.add(text, 1, {});
    return true;
  };
  return { push, found };
}

/** Reads `rg --count --null`: a path, NUL, the number of lines, a line break. */
export function countReader(window: GrepWindow): GrepReader {
  const records = splitRecords(0x0a, MAX_RECORD_BYTES);
  const found = new Found(window);
  const push = (chunk: Uint8Array) => {
    for (const { text } of records.push(chunk)) {
      const [file = '', count] = text.split('\0');
      found.add(file, Number(count), { count: Number(count) });
    }
    return true;
  };
  return { push, found };
}

class Found implements GrepFound {
  readonly results: GrepResult[] = [];
  total = 0;
  hasMore = false;
  readonly #window: GrepWindow;
  #skipped = 0;

  constructor(window: GrepWindow) {
    this.#window = window;
  }

  add(path: string, amount: number, rest: Omit<GrepResult, 'file'>): void {
    const file = this.#window.shown(path);
    if (file === undefined) return;
    this.total += amount;
    if (this.#skipped < this.#window.offset) this.#skipped += 1;
    else if (this.results.length < this.#window.limit) this.results.push({ file, ...rest });
    else this.hasMore = true;
  }
}
