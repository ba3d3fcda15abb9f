/** Tool calls from being asked for to their result, and what hooks and the person decided about them. */
import type { EventOf } from '../../src/protocol/events.ts';
import { withoutWork } from './reduce-delegation.ts';
import { rowHead } from './row-head.ts';
import type { ToolRow, ToolStatus } from './rows.ts';
import { appendRow, approvalKey, callKey, close, findOpen, replaceOpen, type Timeline } from './timeline.ts';

type ToolEvent = EventOf<
  | 'tool.requested'
  | 'tool.started'
  | 'tool.finished'
  | 'hook.decided'
  | 'approval.requested'
  | 'approval.answered'
>;

export function reduceTool(timeline: Timeline, event: ToolEvent): Timeline {
  switch (event.type) {
    case 'tool.requested':
      return changeCall(timeline, event, (row) => row);
    case 'tool.started':
      return changeCall(touched(timeline, event.at), event, (row) => ({
        ...row,
        input: event.input,
        service: event.service,
        status: 'running',
        startedAt: event.at,
      }));
    case 'tool.finished': {
      const finished = changeCall(touched(timeline, event.at), event, (row) => ({
        ...withoutWork(row),
        service: event.service,
        status: finalStatus(event),
        progress: undefined,
        output: event.output,
        error: event.error,
        durationMs: event.duration_ms,
      }));
      return close(finished, callKey(event.call_id));
    }
    case 'hook.decided':
      return takeDecision(timeline, event);
    case 'approval.requested':
      return appendRow(
        touched(timeline, event.at),
        {
          ...rowHead(timeline, event),
          kind: 'approval',
          service: event.subject.service,
          approvalId: event.approval_id,
          prompt: event.prompt,
          options: event.options,
          deadlineAt: event.deadline_at,
          default: event.default,
          subject: event.subject,
          path: event.path,
        },
        approvalKey(event.approval_id),
      );
    case 'approval.answered':
      return takeAnswer(touched(timeline, event.at), event);
    default:
      event satisfies never;
      return timeline;
  }
}

function touched(timeline: Timeline, at: number): Timeline {
  return { ...timeline, turn: { ...timeline.turn, since: at, retry: undefined } };
}

/** Changes the row of a call; a call that is not known (older than what is shown) gets one now. */
function changeCall(
  timeline: Timeline,
  event: EventOf<'tool.requested' | 'tool.started' | 'tool.finished'>,
  change: (row: ToolRow) => ToolRow,
): Timeline {
  const key = callKey(event.call_id);
  const known = findOpen(timeline, key, 'tool');
  if (known) return replaceOpen(timeline, key, { ...change(known), lastSeq: event.seq });
  const fresh: ToolRow = {
    ...rowHead(timeline, event),
    kind: 'tool',
    leads: false,
    callId: event.call_id,
    name: event.name,
    input: event.type === 'tool.finished' ? {} : event.input,
    status: 'requested',
  };
  return appendRow(timeline, change(fresh), key);
}

function finalStatus({ success, error }: EventOf<'tool.finished'>): ToolStatus {
  if (success) return 'succeeded';
  if (error?.kind === 'denied') return 'denied';
  return error?.kind === 'cancelled' ? 'interrupted' : 'failed';
}

/** Asking is shown by the question itself, going on not at all, nor what its hook wants hidden. */
function takeDecision(timeline: Timeline, event: EventOf<'hook.decided'>): Timeline {
  if (event.action === 'CONTINUE' || event.action === 'ASK_USER' || event.suppressed) return timeline;
  const call = event.call_id === undefined ? undefined : findOpen(timeline, callKey(event.call_id), 'tool');
  const next =
    event.action === 'DENY' && call?.status === 'requested'
      ? deny(timeline, call.callId, event.seq)
      : timeline;
  return appendRow(next, {
    ...rowHead(timeline, event),
    kind: 'decision',
    service: event.service,
    decision: event,
    input: call?.input,
  });
}

function takeAnswer(timeline: Timeline, event: EventOf<'approval.answered'>): Timeline {
  const key = approvalKey(event.approval_id);
  const asked = findOpen(timeline, key, 'approval');
  if (!asked) return timeline;
  const next = close(replaceOpen(timeline, key, { ...asked, lastSeq: event.seq, answer: event }), key);
  const { call_id: callId } = asked.subject;
  return event.granted || callId === undefined ? next : deny(next, callId, event.seq);
}

/** A denied call stays open: a call that starts after all is shown as running. */
function deny(timeline: Timeline, callId: string, seq: number): Timeline {
  const call = findOpen(timeline, callKey(callId), 'tool');
  if (call?.status !== 'requested') return timeline;
  return replaceOpen(timeline, callKey(callId), { ...call, status: 'denied', lastSeq: seq });
}
