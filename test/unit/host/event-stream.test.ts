/** Events out of a stream's bytes, however they are cut. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventStreamReader, type StreamEvent } from '../../../src/host/links/event-stream.ts';

function read(chunks: readonly (string | Buffer)[], maxBytes = 1_000): StreamEvent[] {
  const events: StreamEvent[] = [];
  const reader = new EventStreamReader(maxBytes, (event) => events.push(event));
  for (const chunk of chunks) reader.push(Buffer.from(chunk));
  return events;
}

describe('an event stream', () => {
  it('gives the events that were written, however the bytes are cut', () => {
    const anyEvents = fc.array(fc.record({ id: fc.nat(), text: fc.string({ unit: 'grapheme' }) }), {
      maxLength: 5,
    });
    const anySizes = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 40 });
    fc.assert(
      fc.property(anyEvents, anySizes, fc.constantFrom('\n', '\r\n'), (events, sizes, end) => {
        const lines = events.flatMap(({ id, text }) => [`id: ${id}`, `data: ${JSON.stringify(text)}`, '']);
        let rest = Buffer.from(lines.map((line) => line + end).join(''));
        const chunks = sizes.map((size) => {
          const chunk = rest.subarray(0, size);
          rest = rest.subarray(size);
          return chunk;
        });
        const got = read([...chunks, rest], 1_000_000);
        expect(got).toEqual(
          events.map(({ id, text }) => ({ type: 'message', id: String(id), data: JSON.stringify(text) })),
        );
      }),
    );
  });

  it('knows comments, named events, several lines of data, and fields with and without a space', () => {
    expect(read([': alive\n\nevent:log\ndata:one\ndata: two\n\nretry: 5\n\ndata\n\n'])).toEqual([
      { type: 'log', id: undefined, data: 'one\ntwo' },
      { type: 'message', id: undefined, data: '' },
    ]);
  });

  it('refuses an event that is too long, in one line or in many, and no number of short ones', () => {
    expect(read(Array(100).fill('data: 0123456789\n\n'), 100)).toHaveLength(100);
    expect(read(['data: 0123456789\n\n'.repeat(100)], 100)).toHaveLength(100);
    expect(() => read(Array(20).fill('0123456789'), 100)).toThrow(RangeError);
    expect(() => read(Array(20).fill('data: 0123456789\n'), 100)).toThrow(RangeError);
  });
});
