/**
 * Text that streams: pieces with an offset, never stored. A piece that continues what is there is added, what
 * is there already is ignored, and one that leaves a hole marks a gap.
 */
import type { EventOf } from '../../src/protocol/events.ts';
import { type LiveEvent, rowHead, textKey } from './row-head.ts';
import type { TextRow, ToolProgress } from './rows.ts';
import { callKey, findOpen, replaceOpen, type Timeline } from './timeline.ts';

/** Kept of a running tool's output, in UTF-16 units: what a person can look at while it runs. */
const PROGRESS_KEPT = 64 * 1024;

type TextDelta = EventOf<'assistant.delta' | 'thinking.delta'>;

export function reduceLive(timeline: Timeline, event: LiveEvent): Timeline {
  // Sent after stored events that never came.
  if (event.seq > timeline.lastSeq) return { ...timeline, gap: true };
  return event.type === 'tool.progress' ? takeProgress(timeline, event) : takeDelta(timeline, event);
}

function takeDelta(timeline: Timeline, event: TextDelta): Timeline {
  const index = timeline.live.findIndex((row) => row.messageId === event.message_id);
  const row = timeline.live[index];
  if (row) {
    const text = joined(row.text.length, event);
    if (text === undefined) return { ...timeline, gap: true };
    if (text === '') return timeline;
    return { ...timeline, live: timeline.live.with(index, { ...row, text: row.text + text }) };
  }
  if (isOver(timeline, event)) return timeline;
  if (event.offset > 0) return { ...timeline, gap: true };
  const begun: TextRow = {
    ...rowHead(timeline, event),
    key: textKey(event.message_id),
    leads: false,
    kind: event.type === 'assistant.delta' ? 'message' : 'thinking',
    messageId: event.message_id,
    text: event.text,
    streaming: true,
    interrupted: false,
  };
  return {
    ...timeline,
    live: [...timeline.live, begun].sort(byMessage),
    turn: { ...timeline.turn, since: event.at, retry: undefined },
  };
}

/** Ids count up: this is the order in which the messages began, whatever came first. */
function byMessage(a: TextRow, b: TextRow): number {
  return ORDER.compare(a.messageId, b.messageId);
}
const ORDER = new Intl.Collator('en', { numeric: true });

/** Whether the message was finished, or its turn ended, after this piece was sent. Looks at newer rows only. */
function isOver(timeline: Timeline, event: TextDelta): boolean {
  if (!timeline.turn.running || event.turn !== timeline.turn.number) return true;
  // Its end may be on a page that is not loaded; what streamed when the page was read came with the page.
  if (event.seq + 1 < timeline.firstSeq) return true;
  const key = textKey(event.message_id);
  for (const page of timeline.pages.toReversed()) {
    for (const row of page.rows.toReversed()) {
      if (row.seq <= event.seq) return false;
      if (row.key === key) return true;
    }
  }
  return false;
}

/** A call that is not open is finished: its start was stored before the piece was sent. */
function takeProgress(timeline: Timeline, event: EventOf<'tool.progress'>): Timeline {
  const key = callKey(event.call_id);
  const row = findOpen(timeline, key, 'tool');
  // A late piece may be of an earlier call: some providers count their ids anew.
  if (row?.status !== 'running' || event.seq < row.seq) return timeline;
  const before = row.progress ?? { received: 0, text: '', percent: undefined };
  const text = joined(before.received, event);
  if (text === undefined) return { ...timeline, gap: true };
  const percent = Math.max(before.percent ?? 0, event.percent ?? 0) || undefined;
  if (text === '' && percent === before.percent) return timeline;
  const progress: ToolProgress = {
    received: before.received + text.length,
    text: (before.text + text).slice(-PROGRESS_KEPT),
    percent,
  };
  return replaceOpen(timeline, key, { ...row, progress });
}

/** What of a piece comes after the first `length` units; undefined when something before it is missing. */
function joined(length: number, { offset, text }: LiveEvent): string | undefined {
  if (offset > length) return undefined;
  return text.slice(length - offset);
}
