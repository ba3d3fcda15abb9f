/**
 * The state of the app: the feed of the session it is bound to and the little that is the app's own. Messages
 * come in by `receive`, everything the person does goes out by `post`.
 */
import { batch, computed, type Signal, signal } from '@preact/signals';
import type { ToChat } from '../../src/protocol/chat.ts';
import type { TextRow } from '../timeline/rows.ts';
import type { Page } from '../timeline/timeline.ts';
import type { Frame } from '../vscode-api.ts';
import { createBlobs } from './blobs.ts';
import { createBranches } from './branches.ts';
import type { Chat, FocusTarget, Status } from './chat-types.ts';
import { createClock } from './clock.ts';
import { askForOlder, checkFeed, type Feed, type FeedStep, takeMessage } from './feed.ts';
import { readSavedState } from './saved-state.ts';

/** @param presetSession the session to show when the app remembers none. */
export function createChat(frame: Frame, presetSession?: string): Chat {
  const saved = readSavedState(frame.loadState());
  const wantedSession = saved.sessionId ?? presetSession;
  const feed = signal<Feed | undefined>(undefined);
  const status = signal<Status | undefined>(undefined);
  const isSending = signal(false);
  const draft = signal(saved.draft);
  const scroll = signal(saved.scroll);
  const focus = signal<{ target: FocusTarget } | undefined>(undefined);
  const openedRows = new Map<string, Signal<boolean | undefined>>();
  const head = computed(() => feed.value?.head);
  const timeline = computed(() => feed.value?.timeline);
  const pages = computed(() => timeline.value?.pages ?? NO_PAGES);
  const isRunning = computed(() => isSending.value || head.value?.turn_started_at !== undefined);
  const branches = createBranches((message) => frame.post(message));
  const asksSomething = computed(
    () => (head.value?.pending_approvals.length ?? 0) + branches.allWaiting.value > 0,
  );
  const clock = createClock(computed(() => isRunning.value || asksSomething.value));
  const blobs = createBlobs((ref) => frame.post({ type: 'blob', ref }));

  const apply = (step: FeedStep) => {
    feed.value = step.feed;
    for (const reply of step.replies) frame.post(reply);
  };
  const save = () => {
    const shown = head.peek();
    const sessionId = shown ? shown.session_id || undefined : wantedSession;
    frame.saveState({ sessionId, draft: draft.peek(), scroll: scroll.peek() });
  };

  const receive = (message: ToChat) => {
    switch (message.type) {
      case 'snapshot':
        if (branches.take(message)) return;
        takeSnapshot(message.head.session_id);
        apply(takeMessage(feed.peek(), message));
        save();
        return;
      case 'events':
        for (const event of message.events) clock.observe(event.at);
        if (!branches.take(message)) apply(takeMessage(feed.peek(), message));
        return;
      case 'head':
        if (branches.take(message)) return;
        isSending.value = false;
        apply(takeMessage(feed.peek(), message));
        return;
      case 'older':
        if (!branches.take(message)) apply(takeMessage(feed.peek(), message));
        return;
      case 'branches':
        branches.take(message);
        return;
      case 'blob':
        if (!branches.take(message)) blobs.take(message);
        return;
      case 'compose':
        isSending.value = false;
        draft.value = withReturned(message.text, draft.peek());
        focus.value = { target: 'composer' };
        save();
        return;
      case 'focus':
        focus.value = { target: message.target };
        return;
      case 'status':
        status.value = message;
        return;
      default:
        message satisfies never;
    }
  };

  const takeSnapshot = (sessionId: string) => {
    const shown = head.peek()?.session_id;
    if (shown === sessionId) branches.renew();
    if (shown === undefined || shown === sessionId) return;
    // The prompt that created the session is on its way; of another session nothing stays but the unsent text.
    if (shown !== '') isSending.value = false;
    scroll.value = undefined;
    openedRows.clear();
    blobs.clear();
    branches.clear();
  };

  if (wantedSession === undefined) frame.post({ type: 'ready' });
  else frame.post({ type: 'ready', sessionId: wantedSession });

  return {
    feed,
    head,
    rootHead: head,
    followed: computed(() => feed.value?.followed),
    timeline,
    pages,
    live: computed(() => timeline.value?.live ?? NO_ROWS),
    status,
    isRunning,
    draft,
    scroll,
    focus,
    blobs,
    branches,
    clock,
    opened: (key) => {
      const known = openedRows.get(key) ?? signal<boolean | undefined>(undefined);
      openedRows.set(key, known);
      return known;
    },
    receive: (message) => batch(() => receive(message)),
    post: (message) => frame.post(message),
    prompt: (text, when) => {
      if (!isRunning.peek()) isSending.value = true;
      frame.post(when ? { type: 'prompt', text, when } : { type: 'prompt', text });
    },
    loadOlder: () => {
      if (feed.peek()) apply(askForOlder(feed.peek()!));
    },
    check: () => {
      const step = feed.peek() && checkFeed(feed.peek()!);
      if (step) apply(step);
      const waits = branches.check();
      return waits || (step !== undefined && step.replies.length > 0);
    },
    save,
  };
}

const NO_PAGES: readonly Page[] = [];
const NO_ROWS: readonly TextRow[] = [];

/** Text that comes back goes before what was typed since; text that is there already is not doubled. */
function withReturned(text: string, draft: string): string {
  if (draft.trim() === '') return text;
  return draft.includes(text) ? draft : `${text}\n\n${draft}`;
}
