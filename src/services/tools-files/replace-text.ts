/** Finding and replacing text in a file's text, whatever line breaks either uses. Pure. */

/** A half-open range of the file's text. */
export interface Occurrence {
  readonly start: number;
  readonly end: number;
}

/** Every place of `wanted`, not overlapping, in order. Its line breaks match `\n` and `\r\n` alike. */
export function findOccurrences(text: string, wanted: string): Occurrence[] {
  if (!text.includes('\r') && !wanted.includes('\r')) return plainOccurrences(text, wanted);
  const lines = wanted.split(/\r?\n/).map((line) => line.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return [...text.matchAll(new RegExp(lines.join('\\r?\\n'), 'g'))].map(({ index, 0: found }) => ({
    start: index,
    end: index + found.length,
  }));
}

/** The text with each occurrence replaced; the line breaks of what is put in become those of the file. */
export function replaceOccurrences(
  text: string,
  occurrences: readonly Occurrence[],
  replacement: string,
): string {
  const adapted = withLineBreak(replacement, lineBreakOf(text));
  const pieces: string[] = [];
  let position = 0;
  for (const { start, end } of occurrences) {
    pieces.push(text.slice(position, start), adapted);
    position = end;
  }
  return pieces.join('') + text.slice(position);
}

/** 1-based numbers of the lines that hold the given positions, which must ascend. */
export function lineNumbers(text: string, positions: readonly number[]): number[] {
  let line = 1;
  let from = 0;
  return positions.map((position) => {
    for (let at = text.indexOf('\n', from); at !== -1 && at < position; at = text.indexOf('\n', from)) {
      line += 1;
      from = at + 1;
    }
    return line;
  });
}

function plainOccurrences(text: string, wanted: string): Occurrence[] {
  const found: Occurrence[] = [];
  for (let start = text.indexOf(wanted); start !== -1; start = text.indexOf(wanted, start + wanted.length)) {
    found.push({ start, end: start + wanted.length });
  }
  return found;
}

type LineBreak = '\n' | '\r\n';

/** The one used more often; undefined for a text of one line. */
function lineBreakOf(text: string): LineBreak | undefined {
  const crlf = text.split('\r\n').length - 1;
  const lf = text.split('\n').length - 1 - crlf;
  if (crlf + lf === 0) return undefined;
  return crlf > lf ? '\r\n' : '\n';
}

function withLineBreak(text: string, lineBreak: LineBreak | undefined): string {
  return lineBreak === undefined ? text : text.replace(/\r?\n/g, lineBreak);
}
