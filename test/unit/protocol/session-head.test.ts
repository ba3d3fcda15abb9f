/** The line in a list is a fold over the events: the same from a list, a panel or the host. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventBody, SessionEvent } from '../../../src/protocol/events.ts';
import { emptyHead, reduceHead, type SessionHead, titleOf } from '../../../src/protocol/session-head.ts';
import {
  approvalRequested,
  emptySummary,
  message,
  modelCalled,
  notice,
  stored,
  toolFinished,
  toolStarted,
  turnFinished,
  turnStarted,
} from '../../builders/session-events.ts';

const begin = emptyHead('s1', '/somewhere', 'build', 500);
const fold = (events: readonly SessionEvent[]): SessionHead => events.reduce(reduceHead, begin);
const headAfter = (...bodies: EventBody[]): SessionHead => fold(stored(bodies));
const answered = (id: string): EventBody => ({
  type: 'approval.answered',
  approval_id: id,
  choice: 'Allow once',
  granted: true,
  by: 'person',
  waited_ms: 5,
});
const ended = (status: 'failed' | 'cancelled' | 'interrupted' | 'limit' | 'denied'): EventBody => ({
  type: 'turn.finished',
  status,
  summary: emptySummary,
});

describe('what a session is doing', () => {
  it.each<[string, EventBody[], SessionHead['phase']]>([
    ['nothing', [], 'idle'],
    ['begins a turn', [turnStarted], 'starting'],
    ['waits for a model', [turnStarted, modelCalled({ input: 1, output: 1 }, 0)], 'model'],
    ['runs a tool', [turnStarted, toolStarted('1')], 'tools'],
    [
      'runs the other tool still',
      [turnStarted, toolStarted('1'), toolStarted('2'), toolFinished('1')],
      'tools',
    ],
    ['has run them all', [turnStarted, toolStarted('1'), toolFinished('1')], 'model'],
    ['asks the person', [turnStarted, approvalRequested('a')], 'approval'],
    ['asks while a tool runs', [turnStarted, toolStarted('1'), approvalRequested('a')], 'approval'],
    ['asks twice', [turnStarted, approvalRequested('a'), approvalRequested('b'), answered('a')], 'approval'],
    ['was answered', [turnStarted, approvalRequested('a'), answered('a')], 'model'],
    ['stops', [turnStarted, toolStarted('1'), { type: 'turn.stopping' }, toolFinished('1')], 'stopping'],
    ['is done', [turnStarted, turnFinished], 'idle'],
    ['has failed', [turnStarted, ended('failed')], 'failed'],
    ['was stopped', [turnStarted, ended('cancelled')], 'idle'],
    ['met a limit', [turnStarted, ended('limit')], 'idle'],
    ['was denied', [turnStarted, ended('denied')], 'idle'],
    ['was interrupted', [turnStarted, ended('interrupted')], 'interrupted'],
    ['begins anew after a failure', [turnStarted, ended('failed'), turnStarted], 'starting'],
  ])('it %s', (_what, bodies, phase) => {
    expect(headAfter(...bodies).phase).toBe(phase);
  });
});

it('tokens and cost add up; the cost is unknown once any part of it is', () => {
  const calls = [modelCalled({ input: 10, output: 2 }, 0.5), modelCalled({ input: 30, output: 4 }, 0.25)];
  expect(headAfter(turnStarted, ...calls)).toMatchObject({
    input_tokens: 40,
    output_tokens: 6,
    context_tokens: 34,
    cost_usd: 0.75,
  });
  const unknown = modelCalled({ input: 1, output: 1 }, null);
  expect(headAfter(turnStarted, unknown, ...calls).cost_usd).toBeNull();
});

it('a model call without usage leaves the numbers as they were', () => {
  const failed = { ...modelCalled({ input: 0, output: 0 }, 0), usage: undefined } as EventBody;
  const head = headAfter(turnStarted, modelCalled({ input: 10, output: 2 }, 0), failed);
  expect(head).toMatchObject({ input_tokens: 10, context_tokens: 12 });
});

describe('the title', () => {
  const prompt = (text: string): EventBody => ({ type: 'prompt', text });
  it('is the first line of the first prompt, until it is given one', () => {
    expect(headAfter(prompt('  Fix the tests\nand more'), prompt('Other')).title).toBe('Fix the tests');
    const titled: EventBody = { type: 'session.titled', title: 'Tests', by: 'person' };
    expect(headAfter(prompt('Fix'), titled, prompt('Other')).title).toBe('Tests');
  });

  it('is at most 60 characters long', () => {
    expect(titleOf('x'.repeat(60))).toBe('x'.repeat(60));
    expect(titleOf('x'.repeat(61))).toBe(`${'x'.repeat(59)}…`);
    expect(titleOf(' \n ')).toBe('New session');
  });
});

it('questions stay open over an interruption, and are gone when a turn ends otherwise', () => {
  expect(headAfter(turnStarted, approvalRequested('a'), ended('interrupted')).pending_approvals).toEqual([
    'a',
  ]);
  expect(headAfter(turnStarted, approvalRequested('a'), ended('cancelled')).pending_approvals).toEqual([]);
});

it('a turn says which provider, model and agent it has, and when it began', () => {
  const [event] = stored([{ ...turnStarted, scripted: true } as EventBody], { turn: 4, agent: 'explorer' });
  expect(fold([event!])).toMatchObject({
    provider: 'replay',
    model: 'script',
    scripted: true,
    agent: 'explorer',
    turn_count: 4,
    turn_started_at: event!.at,
  });
  expect(headAfter(turnStarted, turnFinished).turn_started_at).toBeUndefined();
});

describe('whatever the events', () => {
  const bodies = fc.array(
    fc.constantFrom(
      turnStarted,
      toolStarted('1'),
      toolFinished('1'),
      approvalRequested('a'),
      answered('a'),
      modelCalled({ input: 3, output: 1 }, 0.1),
      notice('x'),
      message('x'),
      turnFinished,
      ended('interrupted'),
      { type: 'turn.stopping' } as const,
    ),
    { maxLength: 30 },
  );

  it('one that was counted already changes nothing', () => {
    fc.assert(
      fc.property(bodies, fc.nat(29), (list, again) => {
        const events = stored(list);
        const repeated = events.flatMap((event, index) =>
          index <= again ? [event] : [event, events[again]!],
        );
        expect(fold(repeated)).toEqual(fold(events));
      }),
    );
  });

  it('live text changes nothing', () => {
    fc.assert(
      fc.property(bodies, (list) => {
        const events = stored(list);
        const live = { message_id: 'm', offset: 0, text: 'x' };
        const between = events.flatMap((event) => [
          event,
          { ...event, type: 'assistant.delta', ...live } as SessionEvent,
        ]);
        expect(fold(between)).toEqual(fold(events));
      }),
    );
  });

  it('the head knows the last event, and never counts below zero', () => {
    fc.assert(
      fc.property(bodies, (list) => {
        const head = fold(stored(list));
        expect(head.last_seq).toBe(list.length);
        expect(head.running_tools).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
