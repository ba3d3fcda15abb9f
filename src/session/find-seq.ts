/** Finds an event's place in a log of any size by halving: seqs grow along the file. */
import { linesForwards, type ReadAt } from './read-lines.ts';

/** Below this many bytes, reading on is cheaper than halving. */
const NEAR = 64 * 1024;
const PROBE = 4 * 1024;

/** Where the first line with at least this seq starts, or `size` when there is none. */
export async function offsetOfSeq(read: ReadAt, size: number, seq: number): Promise<number> {
  let low = 0;
  let high = size;
  while (high - low > NEAR) {
    const middle = Math.floor((low + high) / 2);
    const probe = await firstLineAfter(read, middle, high, size);
    if (probe && probe.seq < seq) low = probe.end;
    else high = middle;
  }
  for await (const lines of linesForwards(read, low, size)) {
    const found = lines.find((line) => (seqOf(line.text) ?? -1) >= seq);
    if (found) return found.offset;
  }
  return size;
}

/** The first line with a seq that starts behind `position` and before `end`. */
async function firstLineAfter(
  read: ReadAt,
  position: number,
  end: number,
  size: number,
): Promise<{ readonly seq: number; readonly end: number } | undefined> {
  // Halving lands inside a line: its remainder is no line.
  let isRemainder = true;
  for await (const lines of linesForwards(read, position, size, PROBE)) {
    for (const line of lines) {
      if (line.offset >= end) return undefined;
      const seq = isRemainder ? undefined : seqOf(line.text);
      isRemainder = false;
      if (seq !== undefined) return { seq, end: line.end };
    }
  }
  return undefined;
}

/** Ours begin with it; a log that another program wrote may hold it anywhere. */
function seqOf(text: string): number | undefined {
  const known = /^\{"seq":(\d+)[,}]/.exec(text);
  if (known) return Number(known[1]);
  try {
    const value = JSON.parse(text) as { seq?: unknown } | null;
    return typeof value?.seq === 'number' ? value.seq : undefined;
  } catch {
    // Garbage has no place in the order; whoever reads the line reports it.
    return undefined;
  }
}
