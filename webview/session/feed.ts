/**
 * What the app knows of one session, kept right against loss, repetition and reordering of messages: events
 * fold into the timeline, a gap is noticed and closed by asking again (design §4).
 */
import type { Followed, FromChat, ToChat } from '../../src/protocol/chat.ts';
import type { SessionEvent } from '../../src/protocol/events.ts';
import type { SessionHead } from '../../src/protocol/session-head.ts';
import { beginPage, reduce, reducePage } from '../timeline/reduce.ts';
import { isLive } from '../timeline/row-head.ts';
import {
  callKey,
  emptyTimeline,
  findOpen,
  openRows,
  replaceOpen,
  type Timeline,
} from '../timeline/timeline.ts';

type Reply = Extract<FromChat, { type: 'resync' | 'ready' | 'older' }>;
export type FeedMessage = Extract<ToChat, { type: 'snapshot' | 'events' | 'head' | 'older' }>;

export interface Feed {
  readonly head: SessionHead;
  /** Set while the session is watched only: another process works in it, or has. */
  readonly followed: Followed | undefined;
  readonly timeline: Timeline;
  /** All stored events, oldest first, in pieces: the rows are a fold over them. */
  readonly stored: readonly (readonly SessionEvent[])[];
  readonly hasOlder: boolean;
  /** The page before the first was asked for; `again` once an answer did not fit. */
  readonly loadingOlder: 'no' | 'asked' | 'again';
  /** Something is missing and was asked for. */
  readonly isMissing: boolean;
  /** From which event on was asked last, and how often in a row. */
  readonly asked: { readonly afterSeq: number; readonly times: number };
}

export interface FeedStep {
  /** Undefined until the first snapshot. */
  readonly feed: Feed | undefined;
  readonly replies: readonly Reply[];
}

/** The feed after one message, and what to answer. Messages of other sessions change nothing. */
export function takeMessage(feed: Feed | undefined, message: FeedMessage): FeedStep {
  if (message.type === 'snapshot') return takeSnapshot(feed, message);
  const sessionId = message.type === 'head' ? message.head.session_id : message.sessionId;
  if (!feed || sessionId !== feed.head.session_id) return { feed, replies: [] };
  switch (message.type) {
    case 'events':
      return takeEvents(feed, message.events);
    case 'head':
      return { feed: takeHead(feed, message), replies: [] };
    case 'older':
      return takeOlder(feed, message);
    default:
      message satisfies never;
      return { feed, replies: [] };
  }
}

/**
 * To be called when nothing came for a while: asks again for what is still missing, and for what the header
 * knows of and never came. A second try asks for everything anew; the host then has had its say.
 */
export function checkFeed(feed: Feed): FeedStep {
  const isBehind = feed.head.last_seq > feed.timeline.lastSeq;
  return feed.isMissing || isBehind ? askForMissing(feed) : { feed, replies: [] };
}

/** Asks for the page before the first, unless there is none or it was asked for. */
export function askForOlder(feed: Feed): FeedStep {
  if (!feed.hasOlder || feed.loadingOlder !== 'no') return { feed, replies: [] };
  return { feed: { ...feed, loadingOlder: 'asked' }, replies: [olderRequest(feed)] };
}

function resyncRequest({ timeline }: Feed): Reply {
  return { type: 'resync', sessionId: timeline.sessionId, afterSeq: timeline.lastSeq };
}

function olderRequest({ timeline }: Feed): Reply {
  return { type: 'older', sessionId: timeline.sessionId, beforeSeq: timeline.firstSeq };
}

function takeSnapshot(known: Feed | undefined, message: Extract<ToChat, { type: 'snapshot' }>): FeedStep {
  const { head, events, hasOlder } = message;
  const before = known?.head.session_id === head.session_id ? known : undefined;
  const timeline = reducePage(emptyTimeline(head.session_id), events);
  const { lastSeq } = timeline;
  const feed: Feed = {
    head,
    followed: message.followed,
    timeline,
    stored: [events.filter((event) => !isLive(event))],
    hasOlder,
    loadingOlder: 'no',
    isMissing: false,
    asked: before?.asked ?? { afterSeq: -1, times: 0 },
  };
  // It may be a repeated one, older than what was shown already: what follows it is asked for.
  const isOld = before !== undefined && lastSeq > 0 && before.timeline.lastSeq >= lastSeq;
  return { feed, replies: isOld ? [resyncRequest(feed)] : [] };
}

function takeEvents(feed: Feed, events: readonly SessionEvent[]): FeedStep {
  let timeline: Timeline = feed.timeline.gap ? { ...feed.timeline, gap: false } : feed.timeline;
  const fresh: SessionEvent[] = [];
  for (const event of events) {
    const before = timeline.lastSeq;
    timeline = reduce(timeline, event);
    if (timeline.lastSeq > before) fresh.push(event);
  }
  const next = { ...feed, timeline, stored: withNewest(feed.stored, fresh) };
  if (!timeline.gap) return { feed: { ...next, isMissing: false }, replies: [] };
  return feed.isMissing ? { feed: next, replies: [] } : askForMissing(next);
}

const MOST_TRIES = 4;

function askForMissing(feed: Feed): FeedStep {
  const { sessionId, lastSeq: afterSeq } = feed.timeline;
  const times = feed.asked.afterSeq === afterSeq ? feed.asked.times + 1 : 1;
  const next = { ...feed, isMissing: true, asked: { afterSeq, times } };
  if (times > MOST_TRIES) return { feed: next, replies: [] };
  const reply: Reply = times > 1 ? { type: 'ready', sessionId } : resyncRequest(feed);
  return { feed: next, replies: [reply] };
}

function takeOlder(feed: Feed, message: Extract<ToChat, { type: 'older' }>): FeedStep {
  const { firstSeq } = feed.timeline;
  const events = message.events.filter((event) => !isLive(event));
  const last = events.at(-1)?.seq ?? firstSeq - 1;
  // Not asked for any more, or a repetition.
  if (feed.loadingOlder === 'no' || last >= firstSeq) return { feed, replies: [] };
  // The answer to an earlier question; if it comes again, numbers are left out in the log.
  if (last < firstSeq - 1 && feed.loadingOlder === 'asked') {
    return { feed: { ...feed, loadingOlder: 'again' }, replies: [olderRequest(feed)] };
  }
  const stored = events.length === 0 ? feed.stored : [events, ...feed.stored];
  const timeline = events.length === 0 ? feed.timeline : refold(feed.timeline, stored);
  const next: Feed = { ...feed, stored, timeline, hasOlder: message.hasOlder, loadingOlder: 'no' };
  // What streams into a call that began on that page had no row to go to until now.
  const isRunning = events.length > 0 && feed.head.turn_started_at !== undefined;
  return { feed: next, replies: isRunning ? [resyncRequest(next)] : [] };
}

/**
 * Folded anew from the first event, because what began in the older page may have ended in a newer one. Pages
 * begin where they began before, and what streams stays.
 */
function refold(timeline: Timeline, stored: readonly (readonly SessionEvent[])[]): Timeline {
  const begins = new Set(timeline.pages.map((page) => page.id));
  let next = emptyTimeline(timeline.sessionId);
  for (const events of stored) {
    for (const event of events) {
      if (begins.has(event.seq)) next = beginPage(next, event.seq);
      next = reducePage(next, [event]);
    }
  }
  for (const { callId, progress } of openRows(timeline, 'tool')) {
    const row = findOpen(next, callKey(callId), 'tool');
    if (row && progress) next = replaceOpen(next, callKey(callId), { ...row, progress });
  }
  // Streamed text has touched the turn too.
  const { since, retry } = timeline.turn;
  return { ...next, live: timeline.live, turn: { ...next.turn, since, retry }, gap: timeline.gap };
}

/** Events of a piece: the newest one grows until then, so that copying it stays cheap. */
const PIECE_EVENTS = 200;

function withNewest(
  stored: readonly (readonly SessionEvent[])[],
  fresh: readonly SessionEvent[],
): readonly (readonly SessionEvent[])[] {
  if (fresh.length === 0) return stored;
  const last = stored.at(-1);
  if (!last || last.length >= PIECE_EVENTS) return [...stored, fresh];
  return [...stored.slice(0, -1), [...last, ...fresh]];
}

/** An older one than is known says nothing. */
function takeHead(feed: Feed, { head, followed }: Extract<ToChat, { type: 'head' }>): Feed {
  return head.last_seq >= feed.head.last_seq ? { ...feed, head, followed } : feed;
}
