/** What the session is doing, in words. */
import { expect, it } from 'vitest';
import { activityOf, todoProgress } from '../../../../webview/header/activity.ts';
import { reduce } from '../../../../webview/timeline/reduce.ts';
import { emptyTimeline } from '../../../../webview/timeline/timeline.ts';
import { SESSION, SessionScript } from '../session-script.ts';

function activity(script: SessionScript, isSending = false) {
  const timeline = [...script.stored, ...script.inFlight()].reduce(reduce, emptyTimeline(SESSION));
  return activityOf(script.head, timeline, isSending, 'sonnet');
}

const started = (id: string, name: string) =>
  ({ type: 'tool.started', call_id: id, name, input: {}, service: 's' }) as const;
const called = {
  type: 'model.called',
  provider: 'p',
  model: 'm',
  status: 'ok',
  cost_usd: 0,
  latency_ms: 1,
  attempt: 1,
  service: 's',
} as const;

it('before the first prompt it is ready, and starting once one was sent', () => {
  expect(activity(new SessionScript()).text).toBe('Ready');
  expect(activity(new SessionScript(), true)).toMatchObject({ text: 'Starting the services', tone: 'busy' });
});

it('says what is waited for, and since when', () => {
  const script = new SessionScript();
  const { at } = script.startTurn();
  expect(activity(script)).toEqual({ text: 'Starting the services', tone: 'busy', since: at });
  const call = script.add(called);
  expect(activity(script)).toEqual({ text: 'Waiting for sonnet', tone: 'busy', since: call.at });
  script.live({ type: 'thinking.delta', id: 't1', text: 'Hm' });
  expect(activity(script).text).toBe('Thinking');
  script.add({ type: 'thinking.message', message_id: 't1', text: 'Hm', duration_ms: 1 });
  script.say('m1', 'Well');
  expect(activity(script).text).toBe('Writing');
});

it('names the hook that everything waits for, until it has answered or failed (RT-42a)', () => {
  const script = new SessionScript();
  const hook = { hook_event: 'tool:pre', hook: 'guard', service: 'watch', call_id: 'c1' };
  script.startTurn();
  script.add(called);
  script.add({ type: 'hook.waiting', ...hook, since: 7, limit_ms: 5_000 });
  expect(activity(script)).toEqual({ text: 'Waiting for hook guard', tone: 'busy', since: 7 });
  script.add({ type: 'hook.answered', ...hook, waited_ms: 2_000 });
  expect(activity(script).text).toBe('Waiting for sonnet');
});

it('names the tool that runs, and counts several', () => {
  const script = new SessionScript();
  script.startTurn();
  const first = script.add(started('c1', 'bash'));
  expect(activity(script)).toEqual({ text: 'Running bash', tone: 'busy', since: first.at });
  script.add(started('c2', 'grep'));
  expect(activity(script).text).toBe('Running 2 tools');
});

it('waits for the person', () => {
  const script = new SessionScript();
  script.startTurn();
  const ask = (id: string) =>
    script.add({
      type: 'approval.requested',
      approval_id: id,
      prompt: '?',
      options: [],
      deadline_at: 1,
      default: 'deny',
      subject: {},
      path: [],
    });
  const { at } = ask('a1');
  expect(activity(script)).toEqual({ text: 'Waiting for your answer', tone: 'waiting', since: at });
  ask('a2');
  expect(activity(script).text).toBe('Waiting for 2 answers');
});

it('says when the model is tried again', () => {
  const script = new SessionScript();
  script.startTurn();
  script.add(called);
  const retry = script.add({
    type: 'model.retrying',
    attempt: 1,
    delay_ms: 2000,
    error: { kind: 'rate_limit', message: 'slow down' },
  });
  expect(activity(script)).toMatchObject({
    text: 'Trying the model again, attempt 2',
    until: retry.at + 2000,
  });
});

it('says how it ended', () => {
  const ends = (['completed', 'cancelled', 'failed', 'interrupted'] as const).map((status) => {
    const script = new SessionScript();
    script.startTurn();
    script.finishTurn(status);
    return activity(script).text;
  });
  expect(ends).toEqual(['Done', 'Stopped', 'Failed', 'Interrupted']);
});

it('tells how far the list of things to do is', () => {
  const script = new SessionScript();
  script.startTurn();
  script.add({
    type: 'todo.updated',
    todos: [
      { content: 'a', status: 'completed' },
      { content: 'b', status: 'pending' },
    ],
  });
  expect(todoProgress(script.stored.reduce(reduce, emptyTimeline(SESSION)))).toBe('1 of 2 to do');
});
