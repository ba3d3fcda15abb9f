/**
 * The sessions below the shown one: what each is doing, and the whole of those that are open. A branch is a chat
 * like the one it belongs to, with a feed of its own.
 */
import { computed, type Signal, signal } from '@preact/signals';
import type { FromChat, ToChat } from '../../src/protocol/chat.ts';
import type { SessionHead } from '../../src/protocol/session-head.ts';
import { createBlobs } from './blobs.ts';
import type { Branches, Chat } from './chat-types.ts';
import { askForOlder, checkFeed, type Feed, type FeedMessage, type FeedStep, takeMessage } from './feed.ts';

interface Branch {
  readonly feed: Signal<Feed | undefined>;
  readonly chat: Chat;
  /** A branch may be shown at two places, or leave and come back in one step. */
  shown: number;
}

export function createBranches(post: (message: FromChat) => void): Branches {
  const heads = signal<ReadonlyMap<string, SessionHead>>(new Map());
  const open = new Map<string, Branch>();

  const apply = (id: string, branch: Branch, step: FeedStep) => {
    branch.feed.value = step.feed;
    for (const reply of step.replies) post(reply.type === 'ready' ? { type: 'watch', sessionId: id } : reply);
  };
  const know = (fresh: readonly SessionHead[]) => {
    const next = new Map(heads.peek());
    for (const head of fresh) {
      const known = next.get(head.session_id);
      if (!known || known.last_seq <= head.last_seq) next.set(head.session_id, head);
    }
    heads.value = next;
  };
  const waitingIn = (id: string, all: ReadonlyMap<string, SessionHead>): number => {
    let count = all.get(id)?.pending_approvals.length ?? 0;
    for (const head of all.values()) if (head.parent_id === id) count += waitingIn(head.session_id, all);
    return count;
  };

  return {
    head: (id) => computed(() => heads.value.get(id)),
    waiting: (id) => computed(() => waitingIn(id, heads.value)),
    allWaiting: computed(() =>
      [...heads.value.values()].reduce((sum, head) => sum + head.pending_approvals.length, 0),
    ),
    open(id, chat) {
      const known = open.get(id);
      if (known) {
        known.shown += 1;
        return known.chat;
      }
      const feed = signal<Feed | undefined>(undefined);
      const branch: Branch = {
        feed,
        shown: 1,
        chat: branchChat(id, feed, chat, (step) => apply(id, branch, step)),
      };
      open.set(id, branch);
      post({ type: 'watch', sessionId: id });
      return branch.chat;
    },
    close(id) {
      const branch = open.get(id);
      if (!branch) return;
      branch.shown -= 1;
      if (branch.shown > 0) return;
      open.delete(id);
      post({ type: 'unwatch', sessionId: id });
    },
    take(message) {
      if (message.type === 'branches') {
        know(message.heads);
        return true;
      }
      const id = sessionOf(message);
      const branch = open.get(id);
      if (!branch) return false;
      if (message.type === 'blob') branch.chat.blobs.take(message);
      else {
        apply(id, branch, takeMessage(branch.feed.peek(), message));
        if (message.type === 'snapshot' || message.type === 'head') know([message.head]);
      }
      return true;
    },
    check() {
      let waits = false;
      for (const [id, branch] of open) {
        const known = branch.feed.peek();
        if (!known) continue;
        const step = checkFeed(known);
        apply(id, branch, step);
        waits ||= step.replies.length > 0;
      }
      return waits;
    },
    renew() {
      for (const id of open.keys()) post({ type: 'watch', sessionId: id });
    },
    clear() {
      open.clear();
      heads.value = new Map();
    },
  };
}

function sessionOf(message: FeedMessage | Extract<ToChat, { type: 'blob' }>): string {
  return 'head' in message ? message.head.session_id : message.sessionId;
}

/** What of the chat is the branch's own; the rest (draft, focus, clock, …) is the chat's. */
function branchChat(
  id: string,
  feed: Signal<Feed | undefined>,
  chat: Chat,
  apply: (step: FeedStep) => void,
): Chat {
  const post = (message: FromChat) => {
    const isOfSession =
      message.type === 'blob' || message.type === 'openDiff' || message.type === 'showEvent';
    chat.post(isOfSession ? { sessionId: id, ...message } : message);
  };
  const timeline = computed(() => feed.value?.timeline);
  return {
    ...chat,
    feed,
    head: computed(() => feed.value?.head),
    timeline,
    pages: computed(() => timeline.value?.pages ?? []),
    live: computed(() => timeline.value?.live ?? []),
    isRunning: computed(() => feed.value?.head.turn_started_at !== undefined),
    blobs: createBlobs((ref) => post({ type: 'blob', ref })),
    opened: (key) => chat.opened(`${id}/${key}`),
    post,
    loadOlder: () => {
      const known = feed.peek();
      if (known) apply(askForOlder(known));
    },
  };
}
