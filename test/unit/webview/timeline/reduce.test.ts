/** The fold from events to rows. */
import { describe, expect, it } from 'vitest';
import type { SessionEvent } from '../../../../src/protocol/events.ts';
import { reduce } from '../../../../webview/timeline/reduce.ts';
import type { Row, RowOf } from '../../../../webview/timeline/rows.ts';
import { emptyTimeline, PAGE_ROWS, type Timeline } from '../../../../webview/timeline/timeline.ts';
import { SESSION, SessionScript } from '../session-script.ts';

const fold = (events: readonly SessionEvent[], from = emptyTimeline(SESSION)) => events.reduce(reduce, from);
const rows = (timeline: Timeline): Row[] => timeline.pages.flatMap((page) => page.rows);

function only<K extends Row['kind']>(timeline: Timeline, kind: K): RowOf<K> {
  const found = rows(timeline).filter((row) => row.kind === kind);
  expect(found).toHaveLength(1);
  return found[0] as RowOf<K>;
}

describe('streamed text', () => {
  it('grows by what continues it, and ignores what is there already', () => {
    const script = new SessionScript();
    const events = [script.startTurn(), script.say('m1', 'Hel'), script.say('m1', 'lo')];
    const twice = [...events, events[1]!, events[2]!];
    expect(fold(twice).live.map((row) => row.text)).toEqual(['Hello']);
    expect(fold(twice).gap).toBe(false);
  });

  it('takes the part of an overlapping piece that is new', () => {
    const script = new SessionScript();
    const begun = fold([script.startTurn(), script.say('m1', 'Hel')]);
    script.say('m1', 'lo there');
    expect(fold(script.inFlight(), begun).live[0]?.text).toBe('Hello there');
  });

  it('marks a gap when a piece is missing, and takes nothing of what follows', () => {
    const script = new SessionScript();
    const [start, first, , third] = [
      script.startTurn(),
      script.say('m1', 'a'),
      script.say('m1', 'b'),
      script.say('m1', 'c'),
    ];
    const timeline = fold([start, first, third]);
    expect(timeline.gap).toBe(true);
    expect(timeline.live[0]?.text).toBe('a');
  });

  it('is replaced by the finished message, whatever was streamed of it', () => {
    const script = new SessionScript();
    const events = [script.startTurn(), script.say('m1', 'Hel')];
    const late = script.say('m1', 'lo');
    const timeline = fold([
      ...events,
      script.add({ type: 'assistant.message', message_id: 'm1', text: 'Hello!' }),
      late,
      events[1]!,
    ]);
    expect(timeline.live).toEqual([]);
    expect(only(timeline, 'message')).toMatchObject({ text: 'Hello!', streaming: false, key: 'text:m1' });
    expect(timeline.gap).toBe(false);
  });

  it('keeps the key of its row when it is finished, so that the element stays', () => {
    const script = new SessionScript();
    const streaming = fold([script.startTurn(), script.say('m1', 'Hi')]);
    const finished = fold(
      [script.add({ type: 'assistant.message', message_id: 'm1', text: 'Hi' })],
      streaming,
    );
    expect(only(finished, 'message').key).toBe(streaming.live[0]?.key);
  });

  it('is taken in the middle of a turn whose beginning is on an older page', () => {
    const script = new SessionScript();
    script.startTurn();
    const middle = script.add({ type: 'notice', level: 'info', text: 'here' });
    const from = { ...emptyTimeline(SESSION), lastSeq: middle.seq - 1 };
    expect(fold([middle, script.say('m1', 'Hi')], from).live[0]?.text).toBe('Hi');
  });

  it('that arrives after its turn ended is ignored', () => {
    const script = new SessionScript();
    const start = script.startTurn();
    const late = script.say('m1', 'Hi');
    const timeline = fold([start, script.finishTurn('cancelled'), late]);
    expect(timeline.live).toEqual([]);
    expect(timeline.gap).toBe(false);
  });
});

describe('stored events', () => {
  it('are taken once, however often they come', () => {
    const script = new SessionScript();
    const event = script.add({ type: 'notice', level: 'info', text: 'once' });
    expect(rows(fold([event, event, event]))).toHaveLength(1);
  });

  it('that come too early change nothing but mark a gap', () => {
    const script = new SessionScript();
    script.add({ type: 'notice', level: 'info', text: 'lost' });
    const timeline = fold([script.add({ type: 'notice', level: 'info', text: 'early' })]);
    expect(timeline).toMatchObject({ gap: true, lastSeq: 0, pages: [] });
  });

  it('of another session change nothing', () => {
    const script = new SessionScript();
    const event = { ...script.add({ type: 'notice', level: 'info', text: 'x' }), session_id: 'other' };
    const before = emptyTimeline(SESSION);
    expect(reduce(before, event)).toBe(before);
  });

  it('copy only the last page, so that rows of other pages stay the same objects', () => {
    const script = new SessionScript();
    const notices = Array.from({ length: PAGE_ROWS * 3 }, () =>
      script.add({ type: 'notice', level: 'info', text: 'x' }),
    );
    const before = fold(notices);
    const after = reduce(before, script.add({ type: 'notice', level: 'info', text: 'y' }));
    expect(after.pages.slice(0, 3).every((page, index) => page === before.pages[index])).toBe(true);
    expect(after.pages).toHaveLength(4);
  });
});

describe('a tool call', () => {
  const call = { call_id: 'c1', name: 'bash', input: { command: 'ls' } };

  function running() {
    const script = new SessionScript();
    const events = [
      script.startTurn(),
      script.add({ type: 'tool.requested', ...call }),
      script.add({ type: 'tool.started', ...call, input: { command: 'ls -l' }, service: 'tools-shell' }),
    ];
    return { script, timeline: fold(events) };
  }

  it('is one row from being asked for to its result', () => {
    const { script, timeline } = running();
    expect(only(timeline, 'tool')).toMatchObject({ status: 'running', input: { command: 'ls -l' } });
    const progress = script.live({ type: 'tool.progress', id: 'c1', text: 'total 0\n' });
    const streamed = fold([progress], timeline);
    expect(only(streamed, 'tool').progress?.text).toBe('total 0\n');
    const done = fold(
      [
        script.add({
          type: 'tool.finished',
          call_id: 'c1',
          name: 'bash',
          service: 'tools-shell',
          success: true,
          output: 'total 0',
          duration_ms: 12,
        }),
        progress,
      ],
      streamed,
    );
    expect(only(done, 'tool')).toMatchObject({ status: 'succeeded', output: 'total 0', durationMs: 12 });
    expect(only(done, 'tool').progress).toBeUndefined();
    expect(done.gap).toBe(false);
    expect(done.open.size).toBe(0);
  });

  it('keeps only the end of a very long streamed output', () => {
    const { script, timeline } = running();
    const long = 'x'.repeat(40_000);
    const piece = () => script.live({ type: 'tool.progress', id: 'c1', text: long });
    const row = only(fold([piece(), piece(), piece()], timeline), 'tool');
    expect(row.progress?.received).toBe(120_000);
    expect(row.progress?.text.length).toBe(64 * 1024);
  });

  it('that was running when the turn ended is marked interrupted, one that never started as not run', () => {
    const { script, timeline } = running();
    const waiting = script.add({ type: 'tool.requested', call_id: 'c2', name: 'glob', input: {} });
    const ended = fold([waiting, script.finishTurn('interrupted')], timeline);
    const tools = rows(ended).filter((row) => row.kind === 'tool');
    expect(tools.map((row) => row.status)).toEqual(['interrupted', 'not-run']);
    expect(ended.open.size).toBe(0);
  });

  it.each([
    ['its call', { type: 'tool.finished', call_id: 'c1', name: 'delegate', service: 's', success: false }],
    ['the turn', undefined],
  ] as const)('whose agent died with its editor is not at work for ever: %s ended', (_what, finished) => {
    const { script, timeline } = running();
    const started = script.add({
      type: 'delegation.started',
      call_id: 'c1',
      child_agent: 'scout',
      child_session_id: 'child',
      instruction: 'Look.',
      depth: 1,
      resumed: false,
    });
    const end = finished ? script.add({ ...finished, duration_ms: 0 }) : script.finishTurn('interrupted');
    const ended = fold([started, end], timeline);
    expect(only(ended, 'tool').delegation).toMatchObject({ agent: 'scout', state: 'interrupted' });
  });

  it('denied by a hook is denied, and the decision says which call', () => {
    const script = new SessionScript();
    const timeline = fold([
      script.startTurn(),
      script.add({ type: 'tool.requested', ...call }),
      script.add({
        type: 'hook.decided',
        hook_event: 'tool:pre',
        action: 'DENY',
        hook: 'approval',
        service: 'hook-approval',
        reason: 'lists a folder',
        call_id: 'c1',
        tool_name: 'bash',
      }),
    ]);
    expect(only(timeline, 'tool').status).toBe('denied');
    expect(only(timeline, 'decision').input).toEqual({ command: 'ls' });
  });

  it('whose beginning is not known still shows its result', () => {
    const script = new SessionScript();
    const timeline = fold([
      script.add({
        type: 'tool.finished',
        call_id: 'c9',
        name: 'grep',
        service: 'tools-search',
        success: false,
        error: { kind: 'tool', message: 'no' },
        duration_ms: 1,
      }),
    ]);
    expect(only(timeline, 'tool')).toMatchObject({ name: 'grep', status: 'failed' });
  });
});

describe('a question', () => {
  function asked(subject: object = {}) {
    const script = new SessionScript();
    const timeline = fold([
      script.startTurn(),
      script.add({ type: 'tool.requested', call_id: 'c1', name: 'bash', input: { command: 'ls' } }),
      script.add({
        type: 'approval.requested',
        approval_id: 'a1',
        prompt: 'Run a command?',
        options: ['Allow once', 'Deny'],
        deadline_at: 1,
        default: 'deny',
        subject: { call_id: 'c1', tool_name: 'bash', tool_input: { command: 'ls' }, ...subject },
        path: ['build'],
      }),
    ]);
    return { script, timeline };
  }

  const answer = (choice: string, granted: boolean) =>
    ({
      type: 'approval.answered',
      approval_id: 'a1',
      choice,
      granted,
      by: 'person',
      waited_ms: 3000,
    }) as const;

  it('is answered in its own row', () => {
    const { script, timeline } = asked();
    const after = fold([script.add(answer('Allow once', true))], timeline);
    expect(only(after, 'approval').answer).toMatchObject({ granted: true, waited_ms: 3000 });
    expect(only(after, 'tool').status).toBe('requested');
  });

  it('answered with no denies the call it is about', () => {
    const { script, timeline } = asked();
    const after = fold([script.add(answer('Deny', false))], timeline);
    expect(only(after, 'tool').status).toBe('denied');
  });

  it('about a change that is not taken leaves the call to run as it was', () => {
    const { script, timeline } = asked({ after: { command: 'ls -l' } });
    const after = fold([script.add(answer('Keep original', true))], timeline);
    expect(only(after, 'tool').status).toBe('requested');
  });

  it('survives an interrupted turn and can still be answered', () => {
    const { script, timeline } = asked();
    const interrupted = fold([script.finishTurn('interrupted')], timeline);
    const after = fold([script.add(answer('Allow once', true))], interrupted);
    expect(only(after, 'approval').answer?.granted).toBe(true);
  });
});

describe('runs of one agent', () => {
  it('begin with the first row after a prompt, and when the agent changes', () => {
    const script = new SessionScript();
    const timeline = fold([
      script.startTurn(),
      script.add({ type: 'prompt', text: 'Hi' }),
      script.add({ type: 'notice', level: 'info', text: '1' }),
      script.add({ type: 'notice', level: 'info', text: '2' }),
      script.add({ type: 'notice', level: 'info', text: '3' }, 'explorer'),
      script.add({ type: 'notice', level: 'info', text: '4' }),
    ]);
    expect(rows(timeline).map((row) => row.leads)).toEqual([false, true, false, true, true]);
  });

  it('are told apart by a divider when the session goes on with another agent', () => {
    const script = new SessionScript();
    const timeline = fold([script.startTurn('build'), script.finishTurn(), script.startTurn('reviewer')]);
    expect(only(timeline, 'divider').what).toEqual({ type: 'agent', from: 'build', to: 'reviewer' });
  });
});

it('a list of things to do is one row per turn, changed in place', () => {
  const script = new SessionScript();
  const todo = (status: 'pending' | 'completed') =>
    script.add({ type: 'todo.updated', todos: [{ content: 'Read', status }] });
  const timeline = fold([script.startTurn(), todo('pending'), todo('completed')]);
  expect(only(timeline, 'todos').todos[0]?.status).toBe('completed');
  const next = fold([script.finishTurn(), script.startTurn(), todo('pending')], timeline);
  expect(rows(next).filter((row) => row.kind === 'todos')).toHaveLength(2);
});

it('rows of a model carry the model that made them', () => {
  const script = new SessionScript();
  const timeline = fold([
    script.startTurn(),
    script.add({ type: 'assistant.message', message_id: 'm1', text: 'Hi' }),
  ]);
  expect(only(timeline, 'message').model).toBe('anthropic → sonnet');
});

it('the end of a turn says which model it began with, and why (DL-42)', () => {
  const script = new SessionScript();
  const began = script.startTurn();
  if (began.type !== 'turn.started') throw new Error(began.type);
  const choice = { text: 'role "coding" of the agent', source: 'agent' as const, trail: [] };
  const timeline = fold([{ ...began, model: 'm1', choice }, script.finishTurn()]);
  expect(only(timeline, 'turn-end').choice).toEqual({
    model: `${began.provider} → m1`,
    reason: 'role "coding" of the agent',
  });
});
