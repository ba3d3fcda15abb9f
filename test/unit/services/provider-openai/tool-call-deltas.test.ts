/** Pieces of parallel tool calls, told apart by whatever a server gives (RT-52). */
import { describe, expect, test } from 'vitest';
import type { ToolCallDelta } from '../../../../src/services/provider-openai/chat-chunk.ts';
import { type GrowingCall, growCalls } from '../../../../src/services/provider-openai/tool-call-deltas.ts';

type Piece = Partial<ToolCallDelta>;

function grown(...pieces: Piece[]): string[] {
  return pieces
    .reduce<readonly GrowingCall[]>(growCalls, [])
    .map(({ id, name, json }) => `${id} ${name} ${json}`.trim());
}
const named = (name: string, args: unknown, rest: Piece = {}): Piece => ({
  function: { name, arguments: args },
  ...rest,
});
const more = (args: unknown, rest: Piece = {}): Piece => ({
  function: { name: null, arguments: args },
  ...rest,
});

describe('pieces of tool calls', () => {
  test('belong together by their index (RT-52)', () => {
    expect(
      grown(
        named('read', '', { index: 0, id: 'a' }),
        more('{"x"', { index: 0 }),
        named('grep', '{}', { index: 1, id: 'b' }),
        more(':1}', { index: 0 }),
      ),
    ).toEqual(['a read {"x":1}', 'b grep {}']);
  });

  test('belong together by their id where all have the same index (RT-52)', () => {
    expect(
      grown(
        named('read', '{"x":1}', { index: 0, id: 'a' }),
        named('grep', '{"y"', { index: 0, id: 'b' }),
        more(':2}', { index: 0 }),
        named('read', '', { index: 0, id: 'a' }),
      ),
    ).toEqual(['a read {"x":1}', 'b grep {"y":2}']);
  });

  test('get their id later (RT-52)', () => {
    expect(grown(named('read', '{}', { index: 0 }), more('', { index: 0, id: 'a' }))).toEqual(['a read {}']);
  });

  test('go on with the last call where there is neither index nor id (RT-52)', () => {
    expect(grown(named('read', '{"x"'), more(':1}'))).toEqual(['read {"x":1}']);
  });

  test('start a new call with a new name where there is neither index nor id (RT-52)', () => {
    expect(grown(named('read', '{"x":1}'), named('grep', '{"y":2}'))).toEqual([
      'read {"x":1}',
      'grep {"y":2}',
    ]);
  });

  test('may be whole objects (RT-52)', () => {
    expect(grown(named('read', { x: 1 }, { id: 'a' }))).toEqual(['a read {"x":1}']);
  });

  test('may repeat the name (RT-52)', () => {
    expect(
      grown(named('read', '{', { index: 0, id: 'a' }), named('read', '}', { index: 0, id: 'a' })),
    ).toEqual(['a read {}']);
  });
});
