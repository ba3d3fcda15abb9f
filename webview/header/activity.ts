/** What the session is doing, in words: from its explicit phase, and from what streams and runs. */
import type { SessionHead } from '../../src/protocol/session-head.ts';
import { strings } from '../strings.ts';
import { lastRow, openRows, type Timeline } from '../timeline/timeline.ts';

export interface Activity {
  readonly text: string;
  /** `waiting`: for the person. */
  readonly tone: 'quiet' | 'busy' | 'waiting' | 'bad';
  /** When it began, for what takes time; milliseconds since the epoch. */
  readonly since?: number | undefined;
  /** A pause ends then. */
  readonly until?: number | undefined;
}

/** @param isSending a prompt is on its way and no turn runs yet */
export function activityOf(
  head: SessionHead,
  timeline: Timeline,
  isSending: boolean,
  model: string | undefined,
): Activity {
  const { turn } = timeline;
  switch (head.phase) {
    case 'starting':
      return hookActivity(timeline) ?? { text: strings.activity.starting, tone: 'busy', since: turn.since };
    case 'model':
      return hookActivity(timeline) ?? modelActivity(timeline, model);
    case 'tools':
      return hookActivity(timeline) ?? toolActivity(timeline);
    case 'approval':
      return approvalActivity(head, timeline);
    case 'stopping':
      return { text: strings.activity.stopping, tone: 'busy', since: turn.since };
    case 'interrupted':
      return { text: strings.activity.interrupted, tone: 'waiting' };
    case 'failed':
      return { text: strings.activity.failed, tone: 'bad' };
    case 'idle':
      return isSending ? { text: strings.activity.starting, tone: 'busy' } : idleActivity(head, timeline);
    default:
      head.phase satisfies never;
      return { text: '', tone: 'quiet' };
  }
}

/** A hook that takes long is what holds everything up. */
function hookActivity(timeline: Timeline): Activity | undefined {
  const [waiting] = openRows(timeline, 'hook-wait');
  return (
    waiting && { text: strings.activity.waitingForHook(waiting.hook), tone: 'busy', since: waiting.since }
  );
}

function modelActivity({ turn, live }: Timeline, model: string | undefined): Activity {
  const streaming = live.at(-1);
  if (streaming) {
    const text = streaming.kind === 'thinking' ? strings.activity.thinking : strings.activity.writing;
    return { text, tone: 'busy', since: streaming.at };
  }
  if (turn.retry) {
    return {
      text: strings.activity.retrying(turn.retry.attempt + 1),
      tone: 'busy',
      until: turn.retry.until,
    };
  }
  return { text: strings.activity.waitingForModel(model), tone: 'busy', since: turn.since };
}

function toolActivity(timeline: Timeline): Activity {
  const running = openRows(timeline, 'tool').filter((row) => row.status === 'running');
  const [first] = running;
  const text =
    running.length === 1 && first
      ? strings.activity.runningTool(first.name)
      : strings.activity.runningTools(running.length);
  return { text, tone: 'busy', since: first?.startedAt ?? timeline.turn.since };
}

function approvalActivity(head: SessionHead, timeline: Timeline): Activity {
  const asked = openRows(timeline, 'approval').find((row) => row.answer === undefined);
  return { ...waitingActivity(head.pending_approvals.length), since: asked?.at };
}

/** So many questions wait for the person, wherever in the tree. */
export function waitingActivity(count: number): Activity {
  const text = count > 1 ? strings.activity.waitingForAnswers(count) : strings.activity.waitingForYou;
  return { text, tone: 'waiting' };
}

function idleActivity(head: SessionHead, timeline: Timeline): Activity {
  if (head.turn_count === 0) return { text: strings.activity.ready, tone: 'quiet' };
  const last = lastRow(timeline);
  const wasStopped = last?.kind === 'turn-end' && last.status === 'cancelled';
  return { text: wasStopped ? strings.activity.stopped : strings.activity.done, tone: 'quiet' };
}

/** How far this turn's list is; undefined without a list. */
export function todoProgress(timeline: Timeline): string | undefined {
  const [list] = openRows(timeline, 'todos');
  if (!list || list.todos.length === 0) return undefined;
  const done = list.todos.filter((todo) => todo.status === 'completed').length;
  return strings.activity.todos(done, list.todos.length);
}
