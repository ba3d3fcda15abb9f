/** Where a file's text is most like a text that is not in it, so that the model can correct itself. */

export interface NearestText {
  /** 1-based. */
  readonly firstLine: number;
  readonly lines: readonly string[];
  /** The texts differ in nothing but spaces and tabs. */
  readonly isOnlyWhitespace: boolean;
}

/** So many lines of a file are looked at, and so many are shown. */
const MAX_LINES = 50_000;
const MAX_SHOWN = 12;
const MAX_WORDS = 200;

/** Undefined when no line is like any of the wanted ones. */
export function nearestText(text: string, wanted: string): NearestText | undefined {
  const lines = text.split(/\r?\n/, MAX_LINES);
  const sought = trimBlank(wanted.split(/\r?\n/));
  if (sought.length === 0) return undefined;
  const normal = lines.map(squeeze);
  const target = sought.map(squeeze);
  const exact = normal.findIndex((_, at) => target.every((line, index) => normal[at + index] === line));
  const first = exact !== -1 ? exact : mostAlike(normal, target);
  if (first === undefined) return undefined;
  const shown = lines.slice(first, first + Math.min(sought.length, MAX_SHOWN));
  return { firstLine: first + 1, lines: shown, isOnlyWhitespace: exact !== -1 };
}

/** The start of the window of lines that shares most with the wanted ones; equal lines count most. */
function mostAlike(lines: readonly string[], target: readonly string[]): number | undefined {
  const anchor = target.reduce((longest, line) => (line.length > longest.length ? line : longest), '');
  const anchorAt = target.indexOf(anchor);
  const anchorWords = wordsOf(anchor);
  const wanted = new Set(target.filter((line) => line !== ''));
  let best = { score: 0.5, at: -1 };
  for (const [index, line] of lines.entries()) {
    if (line === '') continue;
    const at = Math.max(0, index - anchorAt);
    const neighbours = lines.slice(at, at + Math.min(target.length, MAX_SHOWN));
    const equal = neighbours.filter((neighbour) => wanted.has(neighbour)).length;
    const score = similarity(anchorWords, wordsOf(line)) + equal / wanted.size;
    if (score > best.score) best = { score, at };
  }
  return best.at === -1 ? undefined : best.at;
}

/** The share of words two lines have in common: 0 for none, 1 for all. */
function similarity(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size === 0 || b.size === 0) return 0;
  let shared = 0;
  for (const word of a) if (b.has(word)) shared += 1;
  return (2 * shared) / (a.size + b.size);
}

function wordsOf(line: string): ReadonlySet<string> {
  return new Set(
    line
      .slice(0, 2_000)
      .toLowerCase()
      .match(/[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu)
      ?.slice(0, MAX_WORDS),
  );
}

function squeeze(line: string): string {
  return line.replace(/\s+/g, ' ').trim();
}

function trimBlank(lines: readonly string[]): readonly string[] {
  const first = lines.findIndex((line) => line.trim() !== '');
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return first === -1 ? [] : lines.slice(first, last + 1);
}
