/** The feed against loss, repetition and reordering of messages (design §4). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FromChat } from '../../../../src/protocol/chat.ts';
import type { SessionEvent } from '../../../../src/protocol/events.ts';
import {
  askForOlder,
  checkFeed,
  type Feed,
  type FeedMessage,
  type FeedStep,
  takeMessage,
} from '../../../../webview/session/feed.ts';
import { reduce } from '../../../../webview/timeline/reduce.ts';
import { emptyTimeline, type Timeline } from '../../../../webview/timeline/timeline.ts';
import { SESSION, SessionScript } from '../session-script.ts';

/** What a person sees of a timeline, without the pages it is kept in. */
function seen(timeline: Timeline | undefined) {
  return {
    rows: timeline?.pages.flatMap((page) =>
      page.rows.map((row) => (row.kind === 'tool' ? { ...row, progress: row.progress?.text } : row)),
    ),
    live: timeline?.live.map(({ kind, messageId, text }) => ({ kind, messageId, text })),
  };
}

const snapshotOf = (script: SessionScript, limit = Number.POSITIVE_INFINITY): FeedMessage => ({
  type: 'snapshot',
  head: script.head,
  events: [...script.stored.slice(-limit), ...script.inFlight()],
  hasOlder: script.stored.length > limit,
});

/** What the extension answers (chat-connection.ts). */
function answerOf(script: SessionScript, reply: FromChat, pageSize: number): FeedMessage {
  switch (reply.type) {
    case 'resync': {
      const events = [...script.stored.filter((event) => event.seq > reply.afterSeq), ...script.inFlight()];
      return { type: 'events', sessionId: SESSION, frame: 0, events };
    }
    case 'older': {
      const before = script.stored.filter((event) => event.seq < reply.beforeSeq);
      return {
        type: 'older',
        sessionId: SESSION,
        events: before.slice(-pageSize),
        hasOlder: before.length > pageSize,
      };
    }
    default:
      return snapshotOf(script, pageSize);
  }
}

/** One step of a session, chosen by numbers; gives the event the host sends. */
function step(script: SessionScript, [what, which]: readonly [number, number]): SessionEvent {
  const call = { call_id: `c${which}`, name: 'bash', input: { command: `run ${which}` } };
  switch (what) {
    case 0:
      return script.startTurn(which % 2 === 0 ? 'build' : 'reviewer');
    case 1:
      return script.add({ type: 'tool.started', ...call, service: 'tools-shell' });
    case 2:
      return script.add({
        type: 'tool.finished',
        call_id: call.call_id,
        name: 'bash',
        service: 'tools-shell',
        success: true,
        duration_ms: 1,
      });
    case 3:
      return script.add({
        type: 'approval.requested',
        approval_id: `a${which}`,
        prompt: '?',
        options: ['Allow once', 'Deny'],
        deadline_at: 1,
        default: 'deny',
        subject: { call_id: call.call_id },
        path: ['build'],
      });
    case 4:
      return script.add({
        type: 'approval.answered',
        approval_id: `a${which}`,
        choice: 'Deny',
        granted: false,
        by: 'person',
        waited_ms: 1,
      });
    case 5:
      return script.add({ type: 'todo.updated', todos: [{ content: `do ${which}`, status: 'pending' }] });
    case 6:
      return script.add({
        type: 'assistant.message',
        message_id: `t${script.head.turn_count}.${which}`,
        text: `said ${which}`,
      });
    case 7:
      return script.finishTurn(which % 2 === 0 ? 'completed' : 'interrupted');
    case 8:
      return script.live({ type: 'tool.progress', id: call.call_id, text: `output ${which}\n` });
    default:
      return script.say(`t${script.head.turn_count}.${which}`, `word${which} `);
  }
}

/** Live text is only sent for what runs: of the turn, and of a call that started and did not end. */
function isPossible(script: SessionScript, [what, which]: readonly [number, number]): boolean {
  const isRunning = script.head.turn_started_at !== undefined;
  const ofCall = script.stored.filter((event) => 'call_id' in event && event.call_id === `c${which}`);
  const turnStart = script.stored.findLastIndex((event) => event.type === 'turn.started') + 1;
  const isFinished = script.stored.some(
    (event) =>
      event.type === 'assistant.message' && event.message_id === `t${script.head.turn_count}.${which}`,
  );
  switch (what) {
    case 0:
      return !isRunning;
    case 8:
      return isRunning && ofCall.at(-1)?.type === 'tool.started' && ofCall.at(-1)!.seq > turnStart;
    case 6:
    case 9:
      return isRunning && !isFinished;
    default:
      return isRunning;
  }
}

const steps = fc.array(fc.tuple(fc.nat(9), fc.nat(3)), { minLength: 1, maxLength: 80 });
/** What happens to a message on its way: 0 lost, 1 delivered, 2 twice, 3 and more late. */
const fates = fc.infiniteStream(fc.nat(5));

class Client {
  feed: Feed | undefined;
  readonly asked: FromChat[] = [];

  take(message: FeedMessage): void {
    this.#apply(takeMessage(this.feed, message));
  }

  check(): void {
    if (this.feed) this.#apply(checkFeed(this.feed));
  }

  older(): void {
    if (this.feed) this.#apply(askForOlder(this.feed));
  }

  #apply({ feed, replies }: FeedStep): void {
    this.feed = feed;
    this.asked.push(...replies);
  }
}

it('ends in the same state after any loss, repetition and reordering of messages', () => {
  fc.assert(
    fc.property(steps, fates, fc.integer({ min: 3, max: 60 }), (plan, fate, pageSize) => {
      const script = new SessionScript();
      const client = new Client();
      script.startTurn();
      client.take(snapshotOf(script));
      const late: FeedMessage[] = [];
      const send = (message: FeedMessage) => {
        const chance = fate.next().value;
        if (chance === 1 || chance === 2) client.take(message);
        if (chance >= 2) late.push(message);
        if (late.length > 3) client.take(late.splice(fate.next().value % late.length, 1)[0]!);
      };
      const answerAll = (deliver: (message: FeedMessage) => void) => {
        for (const reply of client.asked.splice(0)) deliver(answerOf(script, reply, pageSize));
      };
      const answerToTheEnd = () => {
        while (client.asked.length > 0) answerAll((message) => client.take(message));
      };
      for (const each of plan) {
        if (!isPossible(script, each)) continue;
        send({ type: 'events', sessionId: SESSION, frame: 0, events: [step(script, each)] });
        if (fate.next().value === 0) send({ type: 'head', head: script.head });
        if (fate.next().value === 0) send(snapshotOf(script, pageSize));
        if (fate.next().value === 0) client.older();
        answerAll(send);
      }
      for (const message of late) client.take(message);
      // The line is good again, and the session goes on a little.
      const more = script.add({ type: 'notice', level: 'info', text: 'more' });
      client.take({ type: 'events', sessionId: SESSION, frame: 0, events: [more, ...script.inFlight()] });
      client.take({ type: 'head', head: script.head });
      for (let round = 0; round < 4; round += 1) {
        answerToTheEnd();
        client.check();
      }
      for (let pages = 0; client.feed?.hasOlder && pages < 100; pages += 1) {
        client.feed = { ...client.feed, loadingOlder: 'no' };
        client.older();
        answerToTheEnd();
      }
      const wanted = [...script.stored, ...script.inFlight()].reduce(reduce, emptyTimeline(SESSION));
      expect(seen(client.feed?.timeline)).toEqual(seen(wanted));
    }),
    { numRuns: 500 },
  );
});

describe('a gap', () => {
  it('is answered by asking once for what follows the last event that is known', () => {
    const script = new SessionScript();
    script.startTurn();
    const client = new Client();
    client.take(snapshotOf(script));
    script.add({ type: 'notice', level: 'info', text: 'lost' });
    for (const text of ['a', 'b']) {
      const event = script.add({ type: 'notice', level: 'info', text });
      client.take({ type: 'events', sessionId: SESSION, frame: 0, events: [event] });
    }
    expect(client.asked).toEqual([{ type: 'resync', sessionId: SESSION, afterSeq: 1 }]);
  });

  it('that stays is answered by asking for everything, and not for ever', () => {
    const script = new SessionScript();
    script.startTurn();
    const client = new Client();
    client.take(snapshotOf(script));
    script.add({ type: 'notice', level: 'info', text: 'lost' });
    client.take({ type: 'head', head: script.head });
    for (let round = 0; round < 10; round += 1) client.check();
    expect(client.asked.map((reply) => reply.type)).toEqual(['resync', 'ready', 'ready', 'ready']);
  });
});

describe('older pages', () => {
  function long(count: number) {
    const script = new SessionScript();
    script.startTurn();
    for (let index = 0; index < count; index += 1) step(script, [1 + (index % 2), Math.floor(index / 2) % 3]);
    return script;
  }

  it('give the rows of one fold over everything, whatever their size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 5, max: 150 }), (pageSize, count) => {
        const script = long(count);
        const client = new Client();
        client.take(snapshotOf(script, pageSize));
        while (client.feed?.hasOlder) {
          client.older();
          client.take(answerOf(script, client.asked.pop()!, pageSize));
        }
        const wanted = script.stored.reduce(reduce, emptyTimeline(SESSION));
        expect(seen(client.feed?.timeline)).toEqual(seen(wanted));
      }),
      { numRuns: 60 },
    );
  });

  it('leave the pages that are shown as they are', () => {
    const script = long(200);
    const client = new Client();
    client.take(snapshotOf(script, 100));
    const before = client.feed!.timeline.pages.map((page) => page.id);
    client.older();
    client.take(answerOf(script, client.asked.pop()!, 100));
    expect(client.feed!.timeline.pages.map((page) => page.id).slice(-before.length)).toEqual(before);
  });

  it('are asked for once at a time', () => {
    const client = new Client();
    client.take(snapshotOf(long(50), 10));
    client.older();
    client.older();
    expect(client.asked).toHaveLength(1);
  });
});

it('a snapshot of another session replaces everything', () => {
  const script = new SessionScript();
  script.startTurn();
  const client = new Client();
  client.take(snapshotOf(script));
  const head = { ...script.head, session_id: 'other' };
  client.take({ type: 'snapshot', head, events: [], hasOlder: false });
  expect(client.feed?.timeline).toMatchObject({ sessionId: 'other', pages: [], lastSeq: 0 });
  expect(client.asked).toEqual([]);
});
