/** The heads of a session's descendants, told to the web app as they change: what every agent of the tree is doing. */
import type { ToChat } from '../../protocol/chat.ts';
import type { SessionHead } from '../../protocol/session-head.ts';
import type { FollowedBranches } from '../../session/followed-branches.ts';
import type { FollowedSession } from '../../session/followed-session.ts';
import type { EditorHost } from '../editor-host.ts';

/** Milliseconds between two messages at least: many children change at once. */
const PAUSE_MS = 100;

export class BranchHeads implements Disposable {
  readonly #host: EditorHost;
  readonly #send: (message: ToChat) => void;
  readonly #listening: { dispose(): void };
  readonly #changed = new Map<string, SessionHead>();
  #root: string | undefined;
  /** Of a session that another process works in. */
  #followed: FollowedBranches | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(host: EditorHost, send: (message: ToChat) => void) {
    this.#host = host;
    this.#send = send;
    this.#listening = host.onSessionChanged((head) => this.#take(head));
  }

  /** From now on tells of this session's descendants, first of all that are known. */
  show(root: string | undefined): void {
    this.#reset(root);
    for (const head of this.#host.heads()) this.#take(head);
  }

  /** The same of a session that another process works in. */
  follow(root: FollowedSession): void {
    this.#reset(root.id);
    this.#followed = this.#host.followBranches(root, (head) => this.#tell(head));
  }

  /** Whether a session that is open here, or any when the shown one is followed, is below the shown one. */
  async has(sessionId: string): Promise<boolean> {
    const followed = this.#followed;
    if (!followed) return this.#root !== undefined && this.#host.rootOf(sessionId) === this.#root;
    if (!followed.has(sessionId)) await followed.list();
    return followed.has(sessionId);
  }

  [Symbol.dispose](): void {
    this.#reset(undefined);
    this.#listening.dispose();
  }

  #reset(root: string | undefined): void {
    this.#followed?.[Symbol.dispose]();
    this.#followed = undefined;
    this.#root = root;
    this.#changed.clear();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #take(head: SessionHead): void {
    if (this.#root === undefined || head.session_id === this.#root) return;
    if (this.#host.rootOf(head.session_id) === this.#root) this.#tell(head);
  }

  #tell(head: SessionHead): void {
    this.#changed.set(head.session_id, head);
    this.#timer ??= setTimeout(() => this.#flush(), PAUSE_MS);
  }

  #flush(): void {
    this.#timer = undefined;
    const heads = [...this.#changed.values()];
    this.#changed.clear();
    if (this.#root !== undefined && heads.length > 0)
      this.#send({ type: 'branches', rootId: this.#root, heads });
  }
}
