/**
 * One web app and the session it shows, with the branches of it that are open: what the person does comes back as
 * messages, parsed at the door.
 */
import type * as vscode from 'vscode';
import { type Followed, FromChat, type ModelChoice, type ToChat } from '../../protocol/chat.ts';
import { asPatchbayError } from '../../protocol/errors.ts';
import { issuesText } from '../../protocol/issues-text.ts';
import { emptyHead } from '../../protocol/session-head.ts';
import type { FollowedBranches } from '../../session/followed-branches.ts';
import type { FollowedSession } from '../../session/followed-session.ts';
import type { ShownSession } from '../../session/shown-session.ts';
import type { EditorHost } from '../editor-host.ts';
import { BranchHeads } from './branch-heads.ts';
import { SessionFeed } from './session-feed.ts';
import type { SessionRunner } from './session-runner.ts';

/** What a chat shows: a session that is open here, or one that another process works in. */
export type Shown =
  | { readonly runner: SessionRunner; readonly followed?: never }
  | { readonly followed: FollowedSession; readonly runner?: never };

interface ChatStatus {
  /** Who answers the next prompt. */
  readonly agent: string;
  readonly model: ModelChoice;
  readonly configured: boolean;
}

export interface ConnectionEvents {
  /** Anything but what the connection answers itself. */
  readonly onMessage: (connection: ChatConnection, message: FromChat) => Promise<void>;
  /** Another session is shown from now on, with this title. */
  readonly onTitle?: ((title: string) => void) | undefined;
  /** This session is shown from now on; undefined for an empty one. */
  readonly onShown?: ((sessionId: string | undefined) => void) | undefined;
}

export class ChatConnection implements vscode.Disposable {
  readonly webview: vscode.Webview;
  readonly #host: EditorHost;
  readonly #listening: vscode.Disposable;
  readonly #branches = new Map<string, Branch>();
  readonly #heads: BranchHeads;
  #shown: Shown | undefined;
  /** Of the session that is followed: who owns it, and what works below it. */
  #ownership: (() => Followed | undefined) | undefined;
  #below: FollowedBranches | undefined;
  #feed: SessionFeed | undefined;
  #ready = false;
  #isBound = false;
  #choices = 0;
  readonly #events: ConnectionEvents;
  #status: ChatStatus | undefined;

  constructor(webview: vscode.Webview, host: EditorHost, events: ConnectionEvents) {
    this.webview = webview;
    this.#host = host;
    this.#events = events;
    this.#heads = new BranchHeads(host, (message) => this.send(message));
    this.#listening = webview.onDidReceiveMessage(async (raw: unknown) => {
      const message = FromChat.safeParse(raw);
      if (!message.success) {
        host.log.warn(`A message of the chat was not understood: ${issuesText(message.error.issues)}`);
        return;
      }
      await this.#take(message.data);
    });
  }

  /** Undefined when nothing is shown, or what is shown is not open here. */
  get runner(): SessionRunner | undefined {
    return this.#shown?.runner;
  }

  /** What is shown, when another process works in it. */
  get followed(): FollowedSession | undefined {
    return this.#shown?.followed;
  }

  /** The session that is shown, wherever it is open. */
  get shown(): ShownSession | undefined {
    return this.runner?.session ?? this.followed;
  }

  /** Whether it was said what the chat shows, if only an empty session. */
  get isBound(): boolean {
    return this.#isBound;
  }

  /** Notes that what is shown is being chosen; the answer tells whether that is still the latest choice. */
  choose(): () => boolean {
    this.#choices += 1;
    const choice = this.#choices;
    return () => choice === this.#choices;
  }

  /** The shown session, or a branch of it that is open. */
  session(id: string | undefined): ShownSession | undefined {
    return id === undefined ? this.shown : this.#feedOf(id)?.session;
  }

  /** Shows another session, or an empty one that is created with its first prompt. What is followed is ours from now on. */
  async bind(shown: Shown | undefined): Promise<void> {
    this.#leave();
    this.#shown = shown;
    this.#isBound = true;
    const { followed } = shown ?? {};
    let title = this.shown?.head.title ?? 'Patchbay';
    this.#events.onTitle?.(title);
    followed?.subscribe(() => {
      if (followed.head.title === title) return;
      title = followed.head.title;
      this.#events.onTitle?.(title);
    });
    this.#ownership = followed && ownershipOf(followed);
    followed?.onOwner(() => this.#feed?.head());
    this.#below =
      followed && this.#host.followBranches(followed, (head) => this.#heads.tell(followed.id, head));
    this.#events.onShown?.(this.shown?.id);
    if (this.#ready) await this.snapshot();
  }

  send(message: ToChat): void {
    void this.webview.postMessage(message);
  }

  /** Everything the web app needs to begin anew. */
  async snapshot(): Promise<void> {
    const { shown } = this;
    this.#close();
    if (shown) {
      this.#feed = new SessionFeed(shown, (message) => this.send(message), this.#ownership);
      await this.#feed.snapshot();
    } else {
      const { cwd = '', settings } = this.#host;
      const head = emptyHead('', cwd, settings.default_agent ?? 'build', Date.now());
      this.send({ type: 'snapshot', head, events: [], hasOlder: false });
    }
    if (shown !== this.shown) return;
    this.#heads.show(shown?.id, this.#below);
    this.sendStatus();
  }

  setStatus(status: ChatStatus): void {
    this.#status = status;
    this.sendStatus();
  }

  sendStatus(): void {
    if (!this.#status || !this.#ready) return;
    this.send({ type: 'status', ...this.#status, queued: this.runner?.queued ?? [] });
  }

  dispose(): void {
    this.#leave();
    this.#heads[Symbol.dispose]();
    this.#listening.dispose();
  }

  #leave(): void {
    this.#close();
    this.#below?.[Symbol.dispose]();
    this.followed?.[Symbol.dispose]();
  }

  #close(): void {
    this.#feed?.[Symbol.dispose]();
    this.#feed = undefined;
    for (const id of [...this.#branches.keys()]) this.#closeBranch(id);
  }

  #closeBranch(id: string): void {
    const branch = this.#branches.get(id);
    branch?.feed[Symbol.dispose]();
    branch?.followed?.[Symbol.dispose]();
    this.#branches.delete(id);
  }

  #feedOf(sessionId: string | undefined): SessionFeed | undefined {
    if (sessionId === undefined || sessionId === this.#feed?.session.id) return this.#feed;
    return this.#branches.get(sessionId)?.feed;
  }

  async #take(message: FromChat): Promise<void> {
    switch (message.type) {
      case 'ready':
        this.#ready = true;
        await this.#events.onMessage(this, message);
        return;
      case 'watch':
        await this.#watch(message.sessionId);
        return;
      case 'unwatch':
        this.#closeBranch(message.sessionId);
        return;
      case 'ack':
        this.#feedOf(message.sessionId)?.ack(message.frame);
        return;
      case 'resync':
        await this.#feedOf(message.sessionId)?.resync(message.afterSeq);
        return;
      case 'older':
        await this.#feedOf(message.sessionId)?.older(message.beforeSeq);
        return;
      case 'blob':
        await this.#feedOf(message.sessionId)?.blob(message.ref);
        return;
      default:
        await this.#events.onMessage(this, message);
    }
  }

  /** Only what was delegated below the shown session is a branch of it. */
  async #watch(id: string): Promise<void> {
    const root = this.#feed;
    try {
      const followed = this.followed && (await this.#host.follow(id));
      const session = followed ?? (await this.#host.open(id));
      if (!root || !(await this.#isBelow(root.session.id, id)) || root !== this.#feed) {
        followed?.[Symbol.dispose]();
        return;
      }
      this.#closeBranch(id);
      const feed = new SessionFeed(session, (message) => this.send(message));
      followed?.onOwner(() => feed.head());
      this.#branches.set(id, { feed, followed });
      await feed.snapshot();
    } catch (thrown) {
      this.#host.log.warn(`The branch ${id} cannot be shown: ${asPatchbayError(thrown).message}`);
    }
  }

  async #isBelow(root: string, id: string): Promise<boolean> {
    const below = this.#below;
    if (!below) return this.#host.rootOf(id) === root;
    if (!below.has(id)) await below.list();
    return below.has(id);
  }
}

/** Whoever owns the session, or owned it last. */
function ownershipOf(followed: FollowedSession): () => Followed | undefined {
  let last = followed.owner;
  return () => {
    last = followed.owner ?? last;
    return last && { owner: last, isOwned: followed.owner !== undefined };
  };
}

interface Branch {
  readonly feed: SessionFeed;
  /** Set when another process works in it. */
  readonly followed: FollowedSession | undefined;
}
