/** What the components of the app work with: the chat, and the branches of its session. */
import type { ReadonlySignal, Signal } from '@preact/signals';
import type { Followed, FromChat, ToChat } from '../../src/protocol/chat.ts';
import type { SessionHead } from '../../src/protocol/session-head.ts';
import type { TextRow } from '../timeline/rows.ts';
import type { Page, Timeline } from '../timeline/timeline.ts';
import type { Blobs } from './blobs.ts';
import type { Clock } from './clock.ts';
import type { Feed, FeedMessage } from './feed.ts';
import type { ScrollPlace } from './saved-state.ts';

export type Status = Extract<ToChat, { type: 'status' }>;
export type FocusTarget = Extract<ToChat, { type: 'focus' }>['target'];

export interface Chat {
  readonly feed: ReadonlySignal<Feed | undefined>;
  readonly head: ReadonlySignal<SessionHead | undefined>;
  /** Of the session at the top, in a branch too. */
  readonly rootHead: ReadonlySignal<SessionHead | undefined>;
  /** The session is watched only, as another process works in it, or has; the same in a branch of it. */
  readonly followed: ReadonlySignal<Followed | undefined>;
  readonly timeline: ReadonlySignal<Timeline | undefined>;
  readonly pages: ReadonlySignal<readonly Page[]>;
  readonly live: ReadonlySignal<readonly TextRow[]>;
  readonly status: ReadonlySignal<Status | undefined>;
  /** A turn runs, or a prompt is on its way to start one. */
  readonly isRunning: ReadonlySignal<boolean>;
  /** The unsent text. */
  readonly draft: Signal<string>;
  /** Where to read on after a reload; undefined at the end. */
  readonly scroll: Signal<ScrollPlace | undefined>;
  /** Somebody asked for the focus; the object is new each time. */
  readonly focus: Signal<{ readonly target: FocusTarget } | undefined>;
  readonly blobs: Blobs;
  readonly branches: Branches;
  readonly clock: Clock;
  /** Whether a row is open, by its key; kept while the session is shown. Undefined: as the row likes. */
  opened(key: string): Signal<boolean | undefined>;
  receive(message: ToChat): void;
  post(message: FromChat): void;
  prompt(text: string, when?: 'queue' | 'interrupt'): void;
  loadOlder(): void;
  /** Asks for what is missing; called when nothing came for a while. True while an answer is waited for. */
  check(): boolean;
  /** Writes down what survives a reload. */
  save(): void;
}

export interface Branches {
  /** Undefined until something is known of it. */
  head(sessionId: string): ReadonlySignal<SessionHead | undefined>;
  /** Questions that wait in it or below it. */
  waiting(sessionId: string): ReadonlySignal<number>;
  /** Of all branches. */
  readonly allWaiting: ReadonlySignal<number>;
  /** Begins to show it. @param chat the one it is a branch of. */
  open(sessionId: string, chat: Chat): Chat;
  close(sessionId: string): void;
  /** True when the message was a branch's. */
  take(message: FeedMessage | Extract<ToChat, { type: 'branches' | 'blob' }>): boolean;
  /** Asks for what is missing. True while an answer is waited for. */
  check(): boolean;
  /** The session is shown anew: what is open of it is asked for again. */
  renew(): void;
  /** Another session is shown. */
  clear(): void;
}
