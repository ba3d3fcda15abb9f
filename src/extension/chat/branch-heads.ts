/** The heads of a session's descendants, told to the web app as they change: what every agent of the tree is doing. */
import type { ToChat } from '../../protocol/chat.ts';
import type { SessionHead } from '../../protocol/session-head.ts';
import type { FollowedBranches } from '../../session/followed-branches.ts';
import type { EditorHost } from '../editor-host.ts';

/** Milliseconds between two messages at least: many children change at once. */
const PAUSE_MS = 100;

export class BranchHeads implements Disposable {
  readonly #host: EditorHost;
  readonly #send: (message: ToChat) => void;
  readonly #listening: { dispose(): void };
  readonly #changed = new Map<string, SessionHead>();
  #root: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(host: EditorHost, send: (message: ToChat) => void) {
    this.#host = host;
    this.#send = send;
    this.#listening = host.onSessionChanged((head) => this.#take(head));
  }

  /**
   * From now on tells of this session's descendants, first of all that are known.
   * @param followed those of one that another process works in; what changes in them is told by `tell`.
   */
  show(root: string | undefined, followed?: FollowedBranches): void {
    this.#root = root;
    this.#changed.clear();
    if (followed && root !== undefined) for (const head of followed.heads()) this.tell(root, head);
    else for (const head of this.#host.heads()) this.#take(head);
  }

  /** A descendant changed. Of another session than the shown one it is left out. */
  tell(root: string, head: SessionHead): void {
    if (root !== this.#root) return;
    this.#changed.set(head.session_id, head);
    this.#timer ??= setTimeout(() => this.#flush(), PAUSE_MS);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#listening.dispose();
  }

  #take(head: SessionHead): void {
    if (head.session_id !== this.#root) this.tell(this.#host.rootOf(head.session_id), head);
  }

  #flush(): void {
    this.#timer = undefined;
    const heads = [...this.#changed.values()];
    this.#changed.clear();
    if (this.#root !== undefined && heads.length > 0)
      this.#send({ type: 'branches', rootId: this.#root, heads });
  }
}
