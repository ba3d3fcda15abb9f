/** A reader gets every event in order; live text is joined while it is slow, so memory is bounded (RT-34). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventQueue, joinLive } from '../../../src/host/event-queue.ts';
import { PatchbayError } from '../../../src/protocol/errors.ts';
import { isLive, type SessionEvent } from '../../../src/protocol/events.ts';
import { notice, stored } from '../../builders/session-events.ts';

const head = { at: 0, session_id: 's1', turn: 1, agent: 'root', seq: 1 };
const delta = (id: string, offset: number, text: string): SessionEvent => ({
  ...head,
  type: 'assistant.delta',
  message_id: id,
  offset,
  text,
});
const progress = (id: string, offset: number, text: string): SessionEvent => ({
  ...head,
  type: 'tool.progress',
  call_id: id,
  offset,
  text,
});
const noticed = (text: string): SessionEvent => stored([notice(text)])[0]!;

async function drained(queue: EventQueue): Promise<SessionEvent[]> {
  const events: SessionEvent[] = [];
  for await (const event of queue) events.push(event);
  return events;
}

describe('a reader', () => {
  it('gets what was pushed before it came, and what comes later, to the end', async () => {
    const queue = new EventQueue();
    queue.push(noticed('a'));
    const reading = drained(queue);
    await new Promise((resolve) => setImmediate(resolve));
    queue.push(noticed('b'));
    queue.end();
    expect((await reading).map((event) => event.type === 'notice' && event.text)).toEqual(['a', 'b']);
  });

  it('gets all that waits before the error', async () => {
    const queue = new EventQueue();
    queue.push(noticed('a'));
    queue.fail(new PatchbayError('config', 'No agent.'));
    const got: SessionEvent[] = [];
    const reading = (async () => {
      for await (const event of queue) got.push(event);
    })();
    await expect(reading).rejects.toMatchObject({ kind: 'config', message: 'No agent.' });
    expect(got).toHaveLength(1);
  });

  it('that is slow gets one event for a hundred thousand tokens', async () => {
    const queue = new EventQueue();
    for (let offset = 0; offset < 100_000; offset += 1) queue.push(delta('m', offset, 'x'));
    queue.end();
    const events = await drained(queue);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ offset: 0, text: 'x'.repeat(100_000) });
  });

  it('that is slow gets one event for each of several streams that run at once', async () => {
    const queue = new EventQueue();
    for (let offset = 0; offset < 1_000; offset += 1) {
      queue.push(progress('a', offset, 'a'));
      queue.push(progress('b', offset, 'b'));
      queue.push(delta('m', offset, 'm'));
    }
    queue.end();
    const events = await drained(queue);
    expect(events.map((event) => isLive(event) && event.text.length)).toEqual([1_000, 1_000, 1_000]);
  });

  it('gets text joined on its own side of a stored event', async () => {
    const queue = new EventQueue();
    for (const event of [delta('m', 0, 'a'), noticed('n'), delta('m', 1, 'b'), delta('m', 2, 'c')]) {
      queue.push(event);
    }
    queue.end();
    expect((await drained(queue)).map((event) => ('text' in event ? event.text : ''))).toEqual([
      'a',
      'n',
      'bc',
    ]);
  });

  it('gets a stream that begins anew as one of its own', async () => {
    const queue = new EventQueue();
    for (const event of [delta('m', 0, 'abc'), delta('m', 0, 'x'), delta('m', 9, 'y')]) queue.push(event);
    queue.end();
    expect(await drained(queue)).toHaveLength(3);
  });
});

it('joined text keeps its first offset, and events that do not follow each other do not join', () => {
  expect(joinLive(delta('m', 5, 'ab'), delta('m', 7, 'c'))).toMatchObject({ offset: 5, text: 'abc' });
  expect(joinLive(delta('m', 5, 'ab'), delta('n', 7, 'c'))).toBeUndefined();
  expect(joinLive(delta('m', 5, 'ab'), delta('m', 8, 'c'))).toBeUndefined();
  expect(joinLive(delta('m', 5, 'ab'), progress('m', 7, 'c'))).toBeUndefined();
  expect(joinLive(noticed('a'), delta('m', 0, 'c'))).toBeUndefined();
});

it('whatever is pushed, stored events keep their order and every stream its whole text', async () => {
  const step = fc.oneof(
    fc.record({ id: fc.constantFrom('a', 'b'), text: fc.string({ minLength: 1, maxLength: 4 }) }),
    fc.constant('stored' as const),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const queue = new EventQueue();
      const said = new Map([
        ['a', ''],
        ['b', ''],
      ]);
      let count = 0;
      for (const each of steps) {
        if (each === 'stored') {
          queue.push(noticed(String(count)));
          count += 1;
          continue;
        }
        queue.push(delta(each.id, said.get(each.id)!.length, each.text));
        said.set(each.id, said.get(each.id)! + each.text);
      }
      queue.end();
      const events = await drained(queue);
      const notices = events.flatMap((event) => (event.type === 'notice' ? Number(event.text) : []));
      expect(notices).toEqual([...notices.keys()]);
      expect(notices).toHaveLength(count);
      for (const [id, text] of said) {
        const pieces = events.flatMap((event) =>
          event.type === 'assistant.delta' && event.message_id === id ? event : [],
        );
        expect(pieces.reduce((sum, { offset, text: piece }) => sum.slice(0, offset) + piece, '')).toBe(text);
        for (const { offset, text: piece } of pieces) expect(text.slice(offset)).toMatch(startingWith(piece));
      }
      // At most one event for each stream between two stored ones.
      expect(events.length).toBeLessThanOrEqual(count + 2 * (count + 1));
    }),
  );
});

function startingWith(text: string): RegExp {
  return new RegExp(`^${text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}`);
}
