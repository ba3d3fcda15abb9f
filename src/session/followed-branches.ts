/**
 * What works below a session that is followed: the heads of all its descendants, as they are and as they change.
 * Those at work are followed too, each until its turn is over (DL-35).
 */
import type { SessionEvent } from '../protocol/events.ts';
import type { SessionHead } from '../protocol/session-head.ts';
import type { FollowedSession } from './followed-session.ts';
import { flatten, isRunning, subtree } from './head-tree.ts';

export interface FollowedBranchesOptions {
  /** The heads of all sessions of a folder. */
  readonly list: (cwd: string) => Promise<readonly SessionHead[]>;
  readonly follow: (id: string) => Promise<FollowedSession>;
  readonly onHead: (head: SessionHead) => void;
  readonly onProblem: (problem: string) => void;
}

/** Events among which work that was given away a moment ago is found. */
const NEWEST = 200;

/** One at work. */
interface Following {
  /** Undefined while it is opened. */
  child?: FollowedSession;
  /** It has begun to work: when no turn runs in it, it is done. */
  mayBeOver: boolean;
}

export class FollowedBranches implements Disposable {
  readonly #root: FollowedSession;
  readonly #options: FollowedBranchesOptions;
  readonly #heads = new Map<string, SessionHead>();
  readonly #followed = new Map<string, Following>();
  readonly #rootEvents: Disposable;
  #isDisposed = false;
  #listing: Promise<void> | undefined;
  #isStale = false;

  /** Begins at once. @param root stays the caller's. */
  constructor(root: FollowedSession, options: FollowedBranchesOptions) {
    this.#root = root;
    this.#options = options;
    this.#rootEvents = root.subscribe((event) => this.#take(event));
    void this.#begin(root);
  }

  /** Of every descendant known by now. */
  heads(): Iterable<SessionHead> {
    return this.#heads.values();
  }

  /** Whether a session is below the root; false until it is known. */
  has(id: string): boolean {
    return this.#heads.has(id);
  }

  /** Looks for all that is below the root now. */
  list(): Promise<void> {
    this.#isStale = true;
    this.#listing ??= this.#listWhileStale();
    return this.#listing;
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#rootEvents[Symbol.dispose]();
    for (const id of [...this.#followed.keys()]) this.#leave(id);
  }

  async #listWhileStale(): Promise<void> {
    try {
      while (this.#isStale && !this.#isDisposed) {
        this.#isStale = false;
        const heads = await this.#options.list(this.#root.cwd);
        const below = subtree(heads, this.#root.id)?.children ?? [];
        for (const { head } of flatten(below)) {
          this.#know(head);
          if (isRunning(head)) await this.#follow(head.session_id, { hasBegun: true });
        }
      }
    } catch (error) {
      this.#options.onProblem(`What works below ${this.#root.id} cannot be listed: ${String(error)}`);
    } finally {
      this.#listing = undefined;
    }
  }

  /** What works below it already. Lists are a moment behind, so that the newest is known from its events alone. */
  async #begin(session: FollowedSession): Promise<void> {
    await this.list();
    if (!isRunning(session.head)) return;
    try {
      const { events } = await session.page({ limit: NEWEST });
      for (const id of unanswered(events)) await this.#follow(id, { hasBegun: false });
    } catch (error) {
      this.#options.onProblem(`What works below ${session.id} cannot be read: ${String(error)}`);
    }
  }

  #take(event: SessionEvent): void {
    if (event.type === 'delegation.started') void this.#follow(event.child_session_id, { hasBegun: false });
    if (event.type !== 'delegation.finished') return;
    const following = this.#followed.get(event.child_session_id);
    if (!following) return;
    following.mayBeOver = true;
    this.#leaveIfOver(following);
  }

  async #follow(id: string, { hasBegun }: { hasBegun: boolean }): Promise<void> {
    if (this.#followed.has(id) || this.#isDisposed) return;
    const following: Following = { mayBeOver: hasBegun };
    this.#followed.set(id, following);
    try {
      const child = await this.#options.follow(id);
      if (this.#isDisposed) {
        child[Symbol.dispose]();
        return;
      }
      following.child = child;
      child.subscribe((event) => this.#takeOfChild(child, event));
      child.onOwner(() => {
        this.#know(child.head);
        this.#leaveIfOver(following);
      });
      this.#know(child.head);
      this.#leaveIfOver(following);
      // It may have given work away itself before it was followed.
      void this.#begin(child);
    } catch (error) {
      this.#options.onProblem(`The branch ${id} cannot be followed: ${String(error)}`);
      this.#leave(id);
    }
  }

  #takeOfChild(child: FollowedSession, event: SessionEvent): void {
    this.#know(child.head);
    this.#take(event);
    if (event.type === 'turn.finished') this.#leave(child.id);
  }

  /** One that was given work and has not begun yet is waited for. */
  #leaveIfOver({ child, mayBeOver }: Following): void {
    if (child && (!child.owner || (mayBeOver && !isRunning(child.head)))) this.#leave(child.id);
  }

  #leave(id: string): void {
    this.#followed.get(id)?.child?.[Symbol.dispose]();
    this.#followed.delete(id);
  }

  #know(head: SessionHead): void {
    const known = this.#heads.get(head.session_id);
    if (this.#isDisposed || (known && known.last_seq > head.last_seq)) return;
    this.#heads.set(head.session_id, head);
    this.#options.onHead(head);
  }
}

/** Sessions that were given work in these events and have not answered in them. */
function unanswered(events: readonly SessionEvent[]): Set<string> {
  const ids = new Set<string>();
  for (const event of events) {
    if (event.type === 'delegation.started') ids.add(event.child_session_id);
    if (event.type === 'delegation.finished') ids.delete(event.child_session_id);
  }
  return ids;
}
