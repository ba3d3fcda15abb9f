/** Stored events from disk: a page from the end, or from anywhere, without reading what lies between. */
import { type FileHandle, open } from 'node:fs/promises';
import { SessionEvent } from '../protocol/events.ts';
import { offsetOfSeq } from './find-seq.ts';
import { type Line, lineNumberAt, linesBackwards, linesForwards, type ReadAt } from './read-lines.ts';

const NEWLINE = 10;
/** Bytes at a time in which the end of the last whole line is looked for. */
const LOOK_BACK = 64 * 1024;

export class EventReader {
  readonly #path: string;
  readonly #onGarbage: ((line: number) => void) | undefined;
  readonly #garbage = new Set<number>();

  /** @param onGarbage told the number, as an editor shows it, of each line met that is not an event: once. */
  constructor(path: string, onGarbage?: (line: number) => void) {
    this.#path = path;
    this.#onGarbage = onGarbage;
  }

  /** All events from the newest back, a chunk at a time. */
  async *backwards(): AsyncGenerator<SessionEvent[]> {
    await using log = await openLog(this.#path);
    for await (const lines of linesBackwards(log.read, log.size)) yield await this.#parse(log.read, lines);
  }

  /** All events in order, a chunk at a time. */
  async *forwards(): AsyncGenerator<SessionEvent[]> {
    await using log = await openLog(this.#path);
    for await (const lines of linesForwards(log.read, 0, log.size)) yield await this.#parse(log.read, lines);
  }

  /** The last `count` events before `seq`, in ascending order. */
  async before(seq: number, count: number): Promise<SessionEvent[]> {
    await using log = await openLog(this.#path);
    const end = Number.isFinite(seq) ? await offsetOfSeq(log.read, log.size, seq) : log.size;
    const found: SessionEvent[] = [];
    for await (const lines of linesBackwards(log.read, end)) {
      found.push(...(await this.#parse(log.read, lines)));
      if (found.length >= count) break;
    }
    return found.slice(0, count).reverse();
  }

  /** Events from `first` up to, and without, `end`, in ascending order. */
  async between(first: number, end: number): Promise<SessionEvent[]> {
    await using log = await openLog(this.#path);
    const from = await offsetOfSeq(log.read, log.size, first);
    const to = Number.isFinite(end) ? await offsetOfSeq(log.read, log.size, end) : log.size;
    const found: SessionEvent[] = [];
    for await (const lines of linesForwards(log.read, from, to)) {
      found.push(...(await this.#parse(log.read, lines)));
    }
    return found;
  }

  /**
   * Events from a place in the file where a line starts, a chunk at a time, each with the place behind it. A last
   * line that is not whole yet is left for the next time; one that is no event is passed over.
   */
  async *from(position: number): AsyncGenerator<{ events: SessionEvent[]; end: number }> {
    await using log = await openLog(this.#path);
    const end = await endOfLines(log, position);
    let place = position;
    for await (const lines of linesForwards(log.read, position, end)) {
      place = lines.at(-1)?.end ?? place;
      yield { events: await this.#parse(log.read, lines), end: place };
    }
  }

  /** Where the line of an event starts, or where the file ends when there is no such event. */
  async placeOf(seq: number): Promise<number> {
    await using log = await openLog(this.#path);
    return await offsetOfSeq(log.read, log.size, seq);
  }

  async #parse(read: ReadAt, lines: readonly Line[]): Promise<SessionEvent[]> {
    const events: SessionEvent[] = [];
    for (const line of lines) {
      const event = parseEvent(line.text);
      if (event) events.push(event);
      else await this.#report(read, line);
    }
    return events;
  }

  async #report(read: ReadAt, line: Line): Promise<void> {
    if (!this.#onGarbage || this.#garbage.has(line.offset)) return;
    this.#garbage.add(line.offset);
    this.#onGarbage(await lineNumberAt(read, line.offset));
  }
}

interface OpenLog extends AsyncDisposable {
  readonly read: ReadAt;
  readonly size: number;
}

async function openLog(file: string): Promise<OpenLog> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    // A session without a single event has no log yet.
    return { read: async () => Buffer.alloc(0), size: 0, [Symbol.asyncDispose]: async () => undefined };
  }
  const read: ReadAt = async (position, length) => {
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, position);
    return buffer.subarray(0, bytesRead);
  };
  return { read, size: (await handle.stat()).size, [Symbol.asyncDispose]: () => handle.close() };
}

/** Behind the last newline after `position`, or there when none is. */
async function endOfLines({ read, size }: OpenLog, position: number): Promise<number> {
  for (let end = size; end > position; ) {
    const start = Math.max(position, end - LOOK_BACK);
    const newline = (await read(start, end - start)).lastIndexOf(NEWLINE);
    if (newline !== -1) return start + newline + 1;
    end = start;
  }
  return position;
}

function parseEvent(text: string): SessionEvent | undefined {
  try {
    const parsed = SessionEvent.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    // Not JSON: reported with its line number like any other line that is no event.
    return undefined;
  }
}
