/**
 * The event log of one session: appended line by line. The newest events are kept in memory; older ones come
 * from disk when they are asked for.
 */
import type { SessionEvent } from '../protocol/events.ts';
import type { EventReader } from './event-reader.ts';
import { LineFile, type LineFileOptions } from './line-file.ts';

/** Events kept in memory; when there are twice as many, the older half is let go. */
const RECENT = 512;

export interface EventPage {
  /** In ascending order. */
  readonly events: SessionEvent[];
  readonly hasOlder: boolean;
}

export class EventLog implements AsyncDisposable {
  readonly #file: LineFile;
  readonly #reader: EventReader;
  /** The newest events, oldest first; everything before the first of them is on disk. */
  #recent: SessionEvent[];

  /** @param newest events that were read while opening, in ascending order: the log's last ones. */
  constructor(
    path: string,
    options: LineFileOptions & { reader: EventReader; newest: readonly SessionEvent[] },
  ) {
    this.#file = new LineFile(path, options);
    this.#reader = options.reader;
    this.#recent = options.newest.slice(-RECENT);
  }

  /** @param line the event as JSON: it was made already to see how large it is. */
  append(event: SessionEvent, line: string): void {
    this.#file.append(line);
    this.#recent.push(event);
    if (this.#recent.length < 2 * RECENT) return;
    // What is not written yet cannot be read back.
    this.#recent.splice(0, Math.min(RECENT, this.#recent.length - this.#file.unwritten));
  }

  /** The last `limit` events before `beforeSeq`, or of all. */
  async page({
    beforeSeq = Number.POSITIVE_INFINITY,
    limit,
  }: {
    beforeSeq?: number;
    limit: number;
  }): Promise<EventPage> {
    // One more than asked for tells whether there are older ones.
    const wanted = limit + 1;
    const recent = this.#recent.filter((event) => event.seq < beforeSeq).slice(-wanted);
    const missing = this.#oldestRecent() === 1 ? 0 : wanted - recent.length;
    const older =
      missing > 0 ? await this.#reader.before(Math.min(beforeSeq, this.#oldestRecent()), missing) : [];
    const events = [...older, ...recent];
    return { events: limit > 0 ? events.slice(-limit) : [], hasOlder: events.length > limit };
  }

  /** All events with a greater seq, in ascending order. */
  async after(seq: number): Promise<SessionEvent[]> {
    const recent = this.#recent.filter((event) => event.seq > seq);
    const end = this.#oldestRecent();
    return seq + 1 < end ? [...(await this.#reader.between(seq + 1, end)), ...recent] : recent;
  }

  flush(): Promise<void> {
    return this.#file.flush();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#file[Symbol.asyncDispose]();
  }

  #oldestRecent(): number {
    return this.#recent[0]?.seq ?? Number.POSITIVE_INFINITY;
  }
}
