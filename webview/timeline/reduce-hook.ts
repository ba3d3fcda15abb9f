/** Hooks that everything waits for, and hooks that failed. What hooks decided is with the calls they decide on. */
import type { EventOf } from '../../src/protocol/events.ts';
import { rowHead } from './row-head.ts';
import { appendRow, close, findOpen, hookKey, replaceOpen, type Timeline } from './timeline.ts';

export function reduceHook(
  timeline: Timeline,
  event: EventOf<'hook.waiting' | 'hook.answered' | 'hook.failed'>,
): Timeline {
  switch (event.type) {
    case 'hook.waiting':
      return appendRow(
        timeline,
        {
          ...rowHead(timeline, event),
          kind: 'hook-wait',
          hook: event.hook,
          service: event.service,
          event: event.hook_event,
          since: event.since,
          limitMs: event.limit_ms,
        },
        hookKey(event),
      );
    case 'hook.answered':
      return endWait(timeline, event, event.waited_ms);
    case 'hook.failed':
      return appendRow(endWait(timeline, event, event.waited_ms), {
        ...rowHead(timeline, event),
        kind: 'hook-failed',
        service: event.service,
        failure: event,
      });
    default:
      event satisfies never;
      return timeline;
  }
}

function endWait(
  timeline: Timeline,
  event: EventOf<'hook.answered' | 'hook.failed'>,
  waitedMs: number | undefined,
): Timeline {
  const key = hookKey(event);
  const row = findOpen(timeline, key, 'hook-wait');
  if (!row) return timeline;
  const over = { ...row, lastSeq: event.seq, waitedMs: waitedMs ?? event.at - row.since };
  return close(replaceOpen(timeline, key, over), key);
}
