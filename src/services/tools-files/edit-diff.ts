/** A unified diff of an edit whose places are known; nothing has to be compared. */
import type { Occurrence } from './replace-text.ts';

const CONTEXT_LINES = 3;
const MAX_DIFF_LINES = 200;

/** The hunks, without file names; undefined when they would be too long to be of use. */
export function editDiff(
  before: string,
  occurrences: readonly Occurrence[],
  replacement: string,
): string | undefined {
  const lines: string[] = [];
  let shift = 0;
  for (const ranges of hunks(before, lineRanges(before, occurrences, replacement))) {
    const body = hunkBody(before, ranges, replacement);
    const [removed, added] = ['-', '+'].map((sign) => body.filter((line) => line.startsWith(sign)).length);
    const firstLine = ranges[0]!.line - linesAbove(before, ranges[0]!.start).length;
    const [oldCount, newCount] = [body.length - added!, body.length - removed!];
    lines.push(`@@ -${firstLine},${oldCount} +${firstLine + shift},${newCount} @@`, ...body);
    if (lines.length > MAX_DIFF_LINES) return undefined;
    shift += newCount - oldCount;
  }
  return lines.join('\n');
}

/** Ranges so near to each other that the lines around them would overlap belong together. */
function hunks(text: string, ranges: readonly LineRange[]): LineRange[][] {
  const groups: LineRange[][] = [];
  for (const range of ranges) {
    const last = groups.at(-1)?.at(-1);
    const isNear = last && linesOf(text.slice(last.end, range.start)).length <= CONTEXT_LINES * 2;
    if (isNear) groups.at(-1)!.push(range);
    else groups.push([range]);
  }
  return groups;
}

function hunkBody(text: string, ranges: readonly LineRange[], replacement: string): string[] {
  const [first, last] = [ranges[0]!, ranges.at(-1)!];
  const changed = ranges.flatMap((range, index) => [
    ...linesOf(text.slice(ranges[index - 1]?.end ?? range.start, range.start)).map((line) => ` ${line}`),
    ...linesOf(text.slice(range.start, range.end)).map((line) => `-${line}`),
    ...linesOf(replacedText(text, range, replacement)).map((line) => `+${line}`),
  ]);
  const above = linesAbove(text, first.start).map((line) => ` ${line}`);
  const below = linesBelow(text, last.end).map((line) => ` ${line}`);
  return [...above, ...changed, ...below];
}

/** Whole lines of the old text that hold one or more occurrences. */
interface LineRange {
  readonly start: number;
  readonly end: number;
  /** 1-based number of the first line. */
  readonly line: number;
  readonly occurrences: Occurrence[];
}

function lineRanges(text: string, occurrences: readonly Occurrence[], replacement: string): LineRange[] {
  const ranges: LineRange[] = [];
  let line = 1;
  let counted = 0;
  for (const occurrence of occurrences) {
    const start = lineStart(text, occurrence.start);
    const last = ranges.at(-1);
    const isInLast = last !== undefined && start < last.end;
    const from = isInLast ? last.start : start;
    const joinsNext = joinsNextLine(text, from, occurrence, replacement);
    const end = lineEnd(text, joinsNext ? occurrence.end : occurrence.end - 1);
    if (isInLast) {
      last.occurrences.push(occurrence);
      ranges[ranges.length - 1] = { ...last, end: Math.max(end, last.end) };
      continue;
    }
    for (let at = text.indexOf('\n', counted); at !== -1 && at < start; at = text.indexOf('\n', counted)) {
      line += 1;
      counted = at + 1;
    }
    ranges.push({ start, end, line, occurrences: [occurrence] });
  }
  return ranges;
}

/** A line break is taken away and none put back, so that the next line becomes part of this one. */
function joinsNextLine(text: string, from: number, { start, end }: Occurrence, replacement: string): boolean {
  if (text[end - 1] !== '\n' || replacement.endsWith('\n')) return false;
  return replacement !== '' || start !== from;
}

/** The start of the line that holds `position`. */
function lineStart(text: string, position: number): number {
  return position <= 0 ? 0 : text.lastIndexOf('\n', position - 1) + 1;
}

/** The end of the line that holds `position`, its break included. */
function lineEnd(text: string, position: number): number {
  const newline = text.indexOf('\n', position);
  return newline === -1 ? text.length : newline + 1;
}

function replacedText(text: string, { start, end, occurrences }: LineRange, replacement: string): string {
  let position = start;
  let result = '';
  for (const occurrence of occurrences) {
    result += text.slice(position, occurrence.start) + replacement;
    position = occurrence.end;
  }
  return result + text.slice(position, end);
}

function linesAbove(text: string, start: number): string[] {
  let from = start;
  for (let left = CONTEXT_LINES; left > 0 && from > 0; left -= 1) from = lineStart(text, from - 1);
  return linesOf(text.slice(from, start));
}

function linesBelow(text: string, end: number): string[] {
  let to = end;
  for (let left = CONTEXT_LINES; left > 0 && to < text.length; left -= 1) to = lineEnd(text, to);
  return linesOf(text.slice(end, to));
}

/** Without the break at the end, which closes the last line and begins none. */
function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/);
}
