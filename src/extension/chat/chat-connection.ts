/**
 * One web app and the session it shows, with the branches of it that are open: what the person does comes back as
 * messages, parsed at the door.
 */
import type * as vscode from 'vscode';
import { FromChat, type ModelChoice, type ToChat } from '../../protocol/chat.ts';
import { asPatchbayError } from '../../protocol/errors.ts';
import { issuesText } from '../../protocol/issues-text.ts';
import { emptyHead } from '../../protocol/session-head.ts';
import type { Session } from '../../session/session.ts';
import type { EditorHost } from '../editor-host.ts';
import { BranchHeads } from './branch-heads.ts';
import { SessionFeed } from './session-feed.ts';
import type { SessionRunner } from './session-runner.ts';

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
  readonly #branches = new Map<string, SessionFeed>();
  readonly #heads: BranchHeads;
  #runner: SessionRunner | undefined;
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

  get runner(): SessionRunner | undefined {
    return this.#runner;
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
  session(id: string | undefined): Session | undefined {
    return id === undefined ? this.#runner?.session : this.#feedOf(id)?.session;
  }

  /** Shows another session, or an empty one that is created with its first prompt. */
  async bind(runner: SessionRunner | undefined): Promise<void> {
    this.#runner = runner;
    this.#isBound = true;
    this.#events.onTitle?.(runner?.session.head.title ?? 'Patchbay');
    this.#events.onShown?.(runner?.session.id);
    if (this.#ready) await this.snapshot();
  }

  send(message: ToChat): void {
    void this.webview.postMessage(message);
  }

  /** Everything the web app needs to begin anew. */
  async snapshot(): Promise<void> {
    const session = this.#runner?.session;
    this.#close();
    if (session) {
      this.#feed = new SessionFeed(session, (message) => this.send(message));
      await this.#feed.snapshot();
    } else {
      const { cwd = '', settings } = this.#host;
      const head = emptyHead('', cwd, settings.default_agent ?? 'build', Date.now());
      this.send({ type: 'snapshot', head, events: [], hasOlder: false });
    }
    this.#heads.show(session?.id);
    this.sendStatus();
  }

  setStatus(status: ChatStatus): void {
    this.#status = status;
    this.sendStatus();
  }

  sendStatus(): void {
    if (!this.#status || !this.#ready) return;
    this.send({ type: 'status', ...this.#status, queued: this.#runner?.queued ?? [] });
  }

  dispose(): void {
    this.#close();
    this.#heads[Symbol.dispose]();
    this.#listening.dispose();
  }

  #close(): void {
    for (const feed of [this.#feed, ...this.#branches.values()]) feed?.[Symbol.dispose]();
    this.#feed = undefined;
    this.#branches.clear();
  }

  #feedOf(sessionId: string | undefined): SessionFeed | undefined {
    if (sessionId === undefined || sessionId === this.#feed?.session.id) return this.#feed;
    return this.#branches.get(sessionId);
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
        this.#branches.get(message.sessionId)?.[Symbol.dispose]();
        this.#branches.delete(message.sessionId);
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
      const session = await this.#host.open(id);
      if (!root || root !== this.#feed || this.#host.rootOf(id) !== root.session.id) return;
      this.#branches.get(id)?.[Symbol.dispose]();
      const feed = new SessionFeed(session, (message) => this.send(message));
      this.#branches.set(id, feed);
      await feed.snapshot();
    } catch (thrown) {
      this.#host.log.warn(`The branch ${id} cannot be shown: ${asPatchbayError(thrown).message}`);
    }
  }
}
