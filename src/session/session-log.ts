/** The log of a session and of all that was delegated in it, as entries (AT-87): each child's from when it began. */
import { asPatchbayError } from '../protocol/errors.ts';
import type { EventOf, SessionEvent } from '../protocol/events.ts';
import type { LogEntry } from '../protocol/log-entry.ts';
import { logEntriesOf } from './log-entries.ts';
import { childPlace, type LogPlace, placeAt, rootPlace } from './log-place.ts';
import type { SeenSession } from './look.ts';

export interface LogSource {
  look(id: string): Promise<SeenSession>;
  /** @param isExpected whether a turn of it is about to begin or runs, as far as its parent's events tell. */
  events(session: SeenSession, isExpected: () => boolean): AsyncIterable<SessionEvent>;
}

/** Where reading a session has got to; a child may be given work more than once. */
interface Progress {
  place: LogPlace;
  seq: number;
  reading: Promise<void>;
  isExpected: boolean;
}

export class SessionLog {
  readonly #source: LogSource;
  readonly #onEntry: (entry: LogEntry) => void;
  readonly #children = new Map<string, Progress>();
  /** Children that could not be read, as when they were deleted. */
  readonly problems: string[] = [];

  constructor(source: LogSource, onEntry: (entry: LogEntry) => void) {
    this.#source = source;
    this.#onEntry = onEntry;
  }

  /** Hands over every entry as it is read; settles when the sessions have no more. */
  async read(root: SeenSession): Promise<void> {
    const place = { ...rootPlace(root.id), parentId: root.head.parent_id ?? null };
    await this.#read(root, { place, seq: 0, reading: Promise.resolve(), isExpected: false });
    // Children begin others while they are waited for.
    for (const { reading } of this.#children.values()) await reading;
  }

  async #read(session: SeenSession, progress: Progress): Promise<void> {
    const begun: string[] = [];
    for await (const event of this.#source.events(session, () => progress.isExpected)) {
      if (event.seq <= progress.seq) continue;
      progress.seq = event.seq;
      progress.place = placeAt(progress.place, event);
      for (const entry of logEntriesOf(event, progress.place)) this.#onEntry(entry);
      if (event.type === 'delegation.started') {
        begun.push(event.child_session_id);
        this.#begin(event, childPlace(progress.place, event));
      }
      if (event.type === 'delegation.finished') this.#end(event.child_session_id);
    }
    // Whose parent went away in the middle has no end there.
    for (const id of begun) this.#end(id);
  }

  #begin({ child_session_id: id }: EventOf<'delegation.started'>, place: LogPlace): void {
    const known = this.#children.get(id);
    const child = known ?? { place, seq: 0, reading: Promise.resolve(), isExpected: true };
    child.isExpected = true;
    child.reading = child.reading.then(() => this.#readChild(id, child));
    this.#children.set(id, child);
  }

  #end(id: string): void {
    const child = this.#children.get(id);
    if (child) child.isExpected = false;
  }

  async #readChild(id: string, child: Progress): Promise<void> {
    try {
      await this.#read(await this.#source.look(id), child);
    } catch (thrown) {
      this.problems.push(`The log of session ${id} cannot be read: ${asPatchbayError(thrown).message}`);
    }
  }
}
