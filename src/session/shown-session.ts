/** What a view needs of a session: one that is open here and one that another process works in offer the same. */
import type { SessionEvent } from '../protocol/events.ts';
import type { SessionHead } from '../protocol/session-head.ts';
import type { EventPage } from './event-log.ts';

export interface ShownSession {
  readonly id: string;
  /** The folder the session works in; absolute. */
  readonly cwd: string;
  /** The fold of all stored events. */
  readonly head: SessionHead;
  /** Listeners are called in the order of events, one after another; one that throws does not hurt the others. */
  subscribe(listener: (event: SessionEvent) => void): Disposable;
  /** The last `limit` stored events before `beforeSeq`, or of all, in ascending order. */
  page(options: { beforeSeq?: number; limit: number }): Promise<EventPage>;
  /** All stored events after `seq`, in ascending order. */
  after(seq: number): Promise<SessionEvent[]>;
  /** Text still streaming, as far as it is known: one live event each, with offset 0. */
  inFlight(): SessionEvent[];
  /** @throws PatchbayError `config` for what is no reference (64 hex digits), or leads nowhere. */
  blob(ref: string): Promise<string>;
}
