import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Message } from '../../../../src/protocol/data.ts';
import { callsOf, pairToolCalls } from '../../../../src/services/context-simple/pair-tool-calls.ts';

const user = (content: string): Message => ({ role: 'user', content });
const answer = (content: string): Message => ({ role: 'assistant', content });
const calling = (...ids: string[]): Message => ({
  role: 'assistant',
  content: null,
  tool_calls: ids.map((id) => ({ id, name: 'read_file', arguments: {} })),
});
const result = (id: string, content = `result of ${id}`): Message => ({
  role: 'tool',
  tool_call_id: id,
  name: 'read_file',
  content,
});
const interrupted = (id: string) => ({
  role: 'tool',
  tool_call_id: id,
  name: 'read_file',
  content: expect.stringMatching(/^Interrupted/),
  metadata: { is_error: true },
});

describe('every tool call has its result (RT-33)', () => {
  test('what is whole stays as it is', () => {
    const messages = [user('hi'), calling('a', 'b'), result('a'), result('b'), answer('done')];
    expect(pairToolCalls(messages)).toEqual(messages);
  });

  test('a call that was never answered is closed as interrupted', () => {
    expect(pairToolCalls([user('hi'), calling('a', 'b'), result('a')])).toEqual([
      user('hi'),
      calling('a', 'b'),
      result('a'),
      interrupted('b'),
    ]);
    expect(pairToolCalls([calling('a'), user('go on')])).toEqual([
      calling('a'),
      interrupted('a'),
      user('go on'),
    ]);
  });

  test('results stand right after their call, in its order', () => {
    const messages = [calling('a', 'b'), result('b'), user('added by a hook'), result('a')];
    expect(pairToolCalls(messages)).toEqual([
      calling('a', 'b'),
      result('a'),
      result('b'),
      user('added by a hook'),
    ]);
  });

  test('a result that answers no call is left out', () => {
    expect(pairToolCalls([user('hi'), result('x'), answer('done')])).toEqual([user('hi'), answer('done')]);
    expect(pairToolCalls([calling('a'), result('a', 'first'), result('a', 'again')])).toEqual([
      calling('a'),
      result('a', 'first'),
    ]);
  });

  test('ids that are used again belong to the nearest call before', () => {
    const messages = [calling('a'), result('a', 'one'), calling('a'), calling('a'), result('a', 'three')];
    expect(pairToolCalls(messages)).toEqual([
      calling('a'),
      result('a', 'one'),
      calling('a'),
      interrupted('a'),
      calling('a'),
      result('a', 'three'),
    ]);
  });

  test('calls in blocks count too, and once', () => {
    const inBlocks: Message = {
      role: 'assistant',
      content: [
        { type: 'text', text: 'x' },
        { type: 'tool_call', id: 'a', name: 'read_file', input: {} },
      ],
      tool_calls: [{ id: 'a', name: 'read_file', arguments: {} }],
    };
    expect(pairToolCalls([inBlocks])).toEqual([inBlocks, interrupted('a')]);
  });

  test('whatever the history, calls and results come out in pairs and nothing else is touched (property)', () => {
    const id = fc.constantFrom('a', 'b', 'c');
    const message = fc.oneof(
      fc.constantFrom(user('u'), answer('t')),
      fc.uniqueArray(id, { minLength: 1 }).map((ids) => calling(...ids)),
      id.map((name) => result(name)),
    );
    fc.assert(
      fc.property(fc.array(message, { maxLength: 20 }), (messages) => {
        const before = structuredClone(messages);
        const paired = pairToolCalls(messages);
        expect(messages).toEqual(before);
        const others = (list: readonly Message[]) => list.filter(({ role }) => role !== 'tool');
        expect(others(paired)).toEqual(others(messages));
        expect(arePaired(paired)).toBe(true);
        expect(pairToolCalls(paired)).toEqual(paired);
      }),
    );
  });
});

/** Each run of results is exactly that of the call before it. */
function arePaired(messages: readonly Message[]): boolean {
  const expected = messages
    .filter(({ role }) => role !== 'tool')
    .flatMap((message) => [message.role, ...callsOf(message).map((call) => `tool ${call.id}`)]);
  const found = messages.map(({ role, tool_call_id }) => (role === 'tool' ? `tool ${tool_call_id}` : role));
  return JSON.stringify(expected) === JSON.stringify(found);
}
