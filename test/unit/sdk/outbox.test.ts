/** Notifications leave in order, in batches, neighbouring text of one stream joined (P4). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Outbox, type OutboxItem } from '../../../src/sdk/outbox.ts';

function outbox() {
  const batches: OutboxItem[][] = [];
  return { batches, box: new Outbox((items) => batches.push(items)) };
}
const nextTurnOfTheLoop = () => new Promise((resolve) => setImmediate(resolve));

describe('an outbox', () => {
  it('sends what was said in one turn of the event loop at once', async () => {
    const { box, batches } = outbox();
    box.push('log', { message: 'a' });
    box.push('log', { message: 'b' });
    expect(batches).toEqual([]);
    await nextTurnOfTheLoop();
    expect(batches).toEqual([
      [
        ['log', { message: 'a' }],
        ['log', { message: 'b' }],
      ],
    ]);
  });

  it('sends at once when it is flushed, and not again later', async () => {
    const { box, batches } = outbox();
    box.push('log', { message: 'a' });
    box.flush();
    expect(batches).toHaveLength(1);
    await nextTurnOfTheLoop();
    box.flush();
    expect(batches).toHaveLength(1);
  });

  it('goes on after a flush', async () => {
    const { box, batches } = outbox();
    box.push('log', { message: 'a' });
    box.flush();
    box.push('log', { message: 'b' });
    await nextTurnOfTheLoop();
    expect(batches.flat()).toHaveLength(2);
  });
});

describe('text', () => {
  it('of neighbours of one stream is joined', () => {
    const { box, batches } = outbox();
    for (const text of ['Hel', 'lo ', 'you']) box.push('stream.token', { text, call_id: 'h1' });
    box.flush();
    expect(batches).toEqual([[['stream.token', { text: 'Hello you', call_id: 'h1' }]]]);
  });

  it('of several calls or kinds is kept apart, in order', () => {
    const { box, batches } = outbox();
    box.push('stream.token', { text: 'a', call_id: 'h1' });
    box.push('stream.token', { text: 'b', call_id: 'h2' });
    box.push('stream.thinking', { text: 'c', call_id: 'h2' });
    box.push('stream.token', { text: 'd', call_id: 'h1' });
    box.flush();
    expect(batches.flat().map(([, payload]) => (payload as { text: string }).text)).toEqual([
      'a',
      'b',
      'c',
      'd',
    ]);
  });

  it('of progress is joined, the last percentage kept', () => {
    const { box, batches } = outbox();
    box.push('stream.tool.progress', { text: 'a', percent: 10, call_id: 'h1' });
    box.push('stream.tool.progress', { percent: 20, call_id: 'h1' });
    box.push('stream.tool.progress', { text: 'b', call_id: 'h1' });
    box.flush();
    expect(batches.flat()).toEqual([['stream.tool.progress', { text: 'ab', percent: 20, call_id: 'h1' }]]);
  });

  it('leaves the payloads it was given as they were', () => {
    const { box } = outbox();
    const [first, second] = [{ text: 'a' }, { text: 'b' }];
    box.push('stream.token', first);
    box.push('stream.token', second);
    box.flush();
    expect([first, second]).toEqual([{ text: 'a' }, { text: 'b' }]);
  });
});

it('whatever is pushed and flushed, each stream’s text is whole and the order is kept', () => {
  const step = fc.oneof(
    fc.record({
      name: fc.constantFrom('stream.token', 'stream.thinking', 'log'),
      call_id: fc.nat(1),
      text: fc.string(),
    }),
    fc.constant('flush' as const),
  );
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const { box, batches } = outbox();
      for (const each of steps) {
        if (each === 'flush') box.flush();
        else box.push(each.name, { text: each.text, call_id: each.call_id });
      }
      box.flush();
      const said = steps.flatMap((each) => (each === 'flush' ? [] : [each]));
      const sent = batches
        .flat()
        .map(([name, payload]) => ({ name, ...(payload as { text: string; call_id: number }) }));
      const textOf = (
        list: readonly { name: string; call_id: number; text: string }[],
        name: string,
        id: number,
      ) =>
        list
          .filter((each) => each.name === name && each.call_id === id)
          .map(({ text }) => text)
          .join('');
      for (const name of ['stream.token', 'stream.thinking', 'log']) {
        for (const id of [0, 1]) expect(textOf(sent, name, id)).toBe(textOf(said, name, id));
      }
      expect(sent.map(({ text }) => text).join('')).toBe(said.map(({ text }) => text).join(''));
    }),
  );
});

describe('a host that is slow to hear (RT-34)', () => {
  const filled = (count: number) => {
    const batches: OutboxItem[][] = [];
    const box = new Outbox((items) => batches.push(items), 2);
    for (let n = 0; n < count; n += 1) box.push('log', { message: String(n) });
    return { box, batches };
  };

  it('is sent no more batches than it may have unheard, each of bounded size', async () => {
    const { box, batches } = filled(1_000);
    const sent = box.sent();
    expect(batches.map((batch) => batch.length)).toEqual([250, 250]);
    box.heard(1);
    expect(batches).toHaveLength(3);
    box.heard(2);
    await sent;
    const all = batches.flat().map(([, payload]) => (payload as { message: string }).message);
    expect(all).toEqual(Array.from({ length: 1_000 }, (_, n) => String(n)));
    expect(box.sent()).toBeUndefined();
  });

  it('gets text in pieces of bounded size, all of it', () => {
    const batches: OutboxItem[][] = [];
    const box = new Outbox((items) => batches.push(items));
    for (let n = 0; n < 1_000; n += 1) box.push('stream.token', { text: 'x'.repeat(1_000) });
    box.flush();
    const texts = batches.flat().map(([, payload]) => (payload as { text: string }).text);
    expect(texts.join('')).toHaveLength(1_000_000);
    expect(Math.max(...texts.map((text) => text.length))).toBeLessThan(20_000);
  });
});
