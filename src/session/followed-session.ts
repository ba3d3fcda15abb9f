/**
 * A session that another process works in, as it comes to disk: pages of what is stored, then every event, over
 * all turns, until it is disposed of (DL-35). Nothing is mended, locked or written. In memory is its head alone.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { SessionEvent } from '../protocol/events.ts';
import { reduceHead, type SessionHead } from '../protocol/session-head.ts';
import type { SessionOwner } from '../protocol/session-owner.ts';
import { type Blobs, createBlobs } from './blobs.ts';
import type { EventPage } from './event-log.ts';
import { EventReader } from './event-reader.ts';
import type { FoundSession } from './find-session.ts';
import { watchFolder } from './folder-changes.ts';
import { withoutTurn } from './list-heads.ts';
import { readMetadata } from './metadata.ts';
import { findOwner, isClaimName } from './owner-lock.ts';
import { readSession } from './read-session.ts';
import { SESSION_FILES } from './session-folder.ts';
import type { ShownSession } from './shown-session.ts';
import { Subscribers } from './subscribers.ts';

export interface FollowedSession extends ShownSession, Disposable {
  /** Who works in it; undefined once nobody does any more. */
  readonly owner: SessionOwner | undefined;
  /** Called when the owner is another one, or gone. */
  onOwner(listener: () => void): Disposable;
}

/**
 * @param onProblem told when a look at the files fails, once in a row; it is looked again.
 * @throws PatchbayError `config` when the files do not say what session this is.
 */
export async function followSession(
  { id, folder }: FoundSession,
  onProblem: (problem: string) => void,
): Promise<FollowedSession> {
  const reader = new EventReader(path.join(folder, SESSION_FILES.events));
  // Before the head: a turn of whoever goes in between is known to be one without an owner.
  const owner = await findOwner(folder);
  const head = await knownHead(folder, id, reader);
  const position = await reader.placeOf(head.last_seq);
  const follower = new Follower({ id, folder, reader, head, owner, position, onProblem });
  await follower.catchUp();
  return follower;
}

/** The head as it was written last. The events since then are folded in as they are read, however many they are. */
async function knownHead(folder: string, id: string, reader: EventReader): Promise<SessionHead> {
  const file = path.join(folder, SESSION_FILES.metadata);
  // Why it cannot be read is said below, by whoever tries to do without it.
  const metadata = readMetadata(await readFile(file, 'utf8').catch(() => ''), id);
  const [last] = await reader.before(Number.POSITIVE_INFINITY, 1);
  if (metadata && last && last.seq >= metadata.head.last_seq) return metadata.head;
  // Missing, or of events that the log has lost.
  return (await readSession(folder, id, reader)).head;
}

interface FollowerParts extends FoundSession {
  readonly reader: EventReader;
  readonly head: SessionHead;
  readonly owner: SessionOwner | undefined;
  /** Where a line of the log starts; events before it are in the head. */
  readonly position: number;
  readonly onProblem: (problem: string) => void;
}

class Follower implements FollowedSession {
  readonly id: string;
  readonly blob: Blobs['read'];
  readonly #folder: string;
  readonly #reader: EventReader;
  readonly #onProblem: (problem: string) => void;
  readonly #events: Subscribers;
  readonly #ownerListeners = new Set<() => void>();
  readonly #watching: Disposable;
  #head: SessionHead;
  #owner: SessionOwner | undefined;
  #position: number;
  /** What may have changed since it was looked at last. */
  readonly #stale = { log: true, owner: false };
  #looking: Promise<void> | undefined;
  #isFailing = false;
  #isDisposed = false;

  constructor({ id, folder, reader, head, owner, position, onProblem }: FollowerParts) {
    this.id = id;
    this.#folder = folder;
    this.#reader = reader;
    this.#head = head;
    this.#owner = owner;
    this.#position = position;
    this.#onProblem = onProblem;
    this.#events = new Subscribers(onProblem);
    this.blob = createBlobs(path.join(folder, SESSION_FILES.blobs)).read;
    this.#watching = watchFolder(folder, (name) => {
      const isOwner = name === undefined || isClaimName(name);
      if (isOwner) this.#stale.owner = true;
      if (isOwner || name === SESSION_FILES.events) void this.catchUp();
    });
  }

  get cwd(): string {
    return this.#head.cwd;
  }

  get head(): SessionHead {
    return this.#owner ? this.#head : withoutTurn(this.#head);
  }

  get owner(): SessionOwner | undefined {
    return this.#owner;
  }

  subscribe(listener: (event: SessionEvent) => void): Disposable {
    return this.#events.add(listener);
  }

  onOwner(listener: () => void): Disposable {
    this.#ownerListeners.add(listener);
    return { [Symbol.dispose]: () => this.#ownerListeners.delete(listener) };
  }

  /** No further than the head: what comes to disk meanwhile comes as events. */
  async page({
    beforeSeq = Number.POSITIVE_INFINITY,
    limit,
  }: {
    beforeSeq?: number;
    limit: number;
  }): Promise<EventPage> {
    await this.catchUp();
    // One more than asked for tells whether there are older ones.
    const events = await this.#reader.before(Math.min(beforeSeq, this.#head.last_seq + 1), limit + 1);
    return { events: limit > 0 ? events.slice(-limit) : [], hasOlder: events.length > limit };
  }

  async after(seq: number): Promise<SessionEvent[]> {
    await this.catchUp();
    return this.#reader.between(seq + 1, this.#head.last_seq + 1);
  }

  /** What streams in another process is known when it is finished. */
  inFlight(): SessionEvent[] {
    return [];
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#watching[Symbol.dispose]();
    this.#ownerListeners.clear();
  }

  /** Resolves when all that is on disk now was taken. */
  catchUp(): Promise<void> {
    this.#stale.log = true;
    this.#looking ??= this.#lookWhileStale();
    return this.#looking;
  }

  /** Never rejects: what cannot be read now may be so the next time. */
  async #lookWhileStale(): Promise<void> {
    try {
      while ((this.#stale.log || this.#stale.owner) && !this.#isDisposed) await this.#lookOnce();
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) this.#onProblem(`Session ${this.id} cannot be followed: ${String(error)}`);
      this.#isFailing = true;
    } finally {
      // In the same step that found nothing to do: a change right after starts the next look.
      this.#looking = undefined;
    }
  }

  async #lookOnce(): Promise<void> {
    const asksOwner = this.#stale.owner;
    Object.assign(this.#stale, { log: false, owner: false });
    // Asked before reading: what an owner wrote before it went is read still.
    const owner = asksOwner ? await findOwner(this.#folder, this.#owner) : this.#owner;
    for await (const { events, end } of this.#reader.from(this.#position)) {
      this.#position = end;
      for (const event of events) this.#take(event);
    }
    if (owner?.pid === this.#owner?.pid && owner?.place === this.#owner?.place) return;
    this.#owner = owner;
    for (const listener of [...this.#ownerListeners]) listener();
  }

  #take(event: SessionEvent): void {
    if (this.#isDisposed || event.seq <= this.#head.last_seq) return;
    this.#head = reduceHead(this.#head, event);
    this.#events.deliver(event);
  }
}
