/**
 * Lines of a file from either end, or from somewhere inside, reading no more than is asked for. What is in a
 * line is the caller's matter; a last line without its newline counts as one.
 */

/** Bytes of a file: fewer than `length` only at its end. */
export type ReadAt = (position: number, length: number) => Promise<Buffer>;

export interface Line {
  /** Where it starts, in bytes. */
  readonly offset: number;
  /** Where the next one starts. */
  readonly end: number;
  readonly text: string;
}

const CHUNK = 64 * 1024;
const NEWLINE = 10;

/** Lines that start before `end`, which is where a line starts or the file ends: last first, a chunk at a time. */
export async function* linesBackwards(read: ReadAt, end: number, chunk = CHUNK): AsyncGenerator<Line[]> {
  let rest: Buffer = Buffer.alloc(0);
  for (let position = end; position > 0; ) {
    const length = Math.min(chunk, position);
    position -= length;
    const bytes = Buffer.concat([await read(position, length), rest]);
    // The first line may have begun before this chunk.
    const first = position === 0 ? 0 : bytes.indexOf(NEWLINE) + 1;
    if (first === 0 && position > 0) {
      rest = bytes;
      chunk *= 2;
      continue;
    }
    rest = bytes.subarray(0, first);
    yield splitLines(bytes.subarray(first), position + first).reverse();
  }
}

/** Lines from `start`, where a line starts, to `end`: in order, a chunk at a time. */
export async function* linesForwards(
  read: ReadAt,
  start: number,
  end: number,
  chunk = CHUNK,
): AsyncGenerator<Line[]> {
  let rest: Buffer = Buffer.alloc(0);
  for (let position = start; position < end; ) {
    const bytes = Buffer.concat([rest, await read(position, Math.min(chunk, end - position))]);
    const offset = position - rest.length;
    position = Math.min(end, position + chunk);
    const last = position === end ? bytes.length : bytes.lastIndexOf(NEWLINE) + 1;
    rest = bytes.subarray(last);
    if (last === 0) chunk *= 2;
    else yield splitLines(bytes.subarray(0, last), offset);
  }
}

/** How many lines begin before `offset`, counting from 1 for the first: the number an editor shows. */
export async function lineNumberAt(read: ReadAt, offset: number): Promise<number> {
  let lines = 1;
  for (let position = 0; position < offset; position += CHUNK) {
    const bytes = await read(position, Math.min(CHUNK, offset - position));
    for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) lines += 1;
  }
  return lines;
}

function splitLines(bytes: Buffer, offset: number): Line[] {
  const lines: Line[] = [];
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline === -1 ? bytes.length : newline + 1;
    const text = bytes.toString('utf8', start, newline === -1 ? end : newline);
    if (text.trim() !== '') lines.push({ offset: offset + start, end: offset + end, text });
    start = end;
  }
  return lines;
}
