/** The turn itself: its beginning and end, the model calls that are not seen as text. */
import type { EventOf } from '../../src/protocol/events.ts';
import { withoutWork } from './reduce-delegation.ts';
import { rowHead } from './row-head.ts';
import type { Row } from './rows.ts';
import { appendRow, findOpen, replaceOpen, type Timeline } from './timeline.ts';

type TurnEvent = EventOf<
  'turn.started' | 'turn.stopping' | 'turn.finished' | 'model.called' | 'model.retrying'
>;

export function reduceTurn(timeline: Timeline, event: TurnEvent): Timeline {
  const { turn } = timeline;
  const now = { ...turn, since: event.at, retry: undefined };
  switch (event.type) {
    case 'turn.started':
      return startTurn(timeline, event);
    case 'turn.stopping':
      return { ...timeline, turn: now };
    case 'turn.finished':
      return finishTurn(timeline, event);
    case 'model.called':
      return { ...timeline, turn: { ...now, model: modelLabel(event.provider, event.model) } };
    case 'model.retrying': {
      const retry = { attempt: event.attempt, until: event.at + event.delay_ms };
      return appendRow(
        { ...timeline, turn: { ...now, retry } },
        {
          ...rowHead(timeline, event),
          kind: 'retry',
          attempt: event.attempt,
          delayMs: event.delay_ms,
          error: event.error,
        },
      );
    }
    default:
      event satisfies never;
      return timeline;
  }
}

function startTurn(timeline: Timeline, event: EventOf<'turn.started'>): Timeline {
  const before = timeline.turn.agent;
  const next: Timeline = {
    ...settle(timeline, event.at, true),
    turn: {
      number: event.turn,
      running: true,
      agent: event.agent,
      model: modelLabel(event.provider, event.model),
      since: event.at,
      retry: undefined,
      choice: event.choice && {
        model: modelLabel(event.provider, event.model),
        reason: event.choice.text,
      },
    },
  };
  if (before === '' || before === event.agent) return next;
  return appendRow(next, {
    ...rowHead(next, event),
    kind: 'divider',
    what: { type: 'agent', from: before, to: event.agent },
  });
}

function finishTurn(timeline: Timeline, event: EventOf<'turn.finished'>): Timeline {
  const over = settle(timeline, event.at, event.status === 'interrupted');
  const turn = { ...over.turn, running: false, since: event.at, retry: undefined };
  return appendRow(
    { ...over, turn },
    {
      ...rowHead(timeline, event),
      kind: 'turn-end',
      status: event.status,
      summary: event.summary,
      error: event.error,
      choice: timeline.turn.choice,
    },
  );
}

/** Nothing of the turn runs any more. Questions of an interrupted one can still be answered. */
function settle(timeline: Timeline, at: number, keepsQuestions: boolean): Timeline {
  let next: Timeline = { ...timeline, live: [] };
  const open = new Map<string, NonNullable<ReturnType<typeof next.open.get>>>();
  for (const [key, place] of timeline.open) {
    const call = findOpen(next, key, 'tool');
    const wait = findOpen(next, key, 'hook-wait');
    if (call) next = replaceOpen(next, key, settledCall(call));
    else if (wait) next = replaceOpen(next, key, { ...wait, waitedMs: at - wait.since });
    else if (keepsQuestions && findOpen(next, key, 'approval')) open.set(key, place);
  }
  return { ...next, open };
}

function settledCall(row: Extract<Row, { kind: 'tool' }>): Row {
  switch (row.status) {
    case 'running':
      return { ...withoutWork(row), status: 'interrupted', progress: undefined };
    case 'requested':
      return { ...row, status: 'not-run' };
    default:
      return row;
  }
}

function modelLabel(provider: string, model: string | undefined): string {
  return model === undefined ? provider : `${provider} → ${model}`;
}
