/** Whatever a history looks like, every call has one result behind it and nothing is empty (RT-52). */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Message } from '../../../../src/protocol/data.ts';
import { isToolCall, readConversation, type Turn } from '../../../../src/sdk/provider/conversation.ts';

const user = (content: Message['content']): Message => ({ role: 'user', content });
const assistant = (content: Message['content'], ...ids: string[]): Message => ({
  role: 'assistant',
  content,
  tool_calls: ids.map((id) => ({ id, name: `tool_${id}`, arguments: { of: id } })),
});
const result = (id: string, content = `result of ${id}`, isError = false): Message => ({
  role: 'tool',
  tool_call_id: id,
  name: `tool_${id}`,
  content,
  metadata: { is_error: isError },
});

const read = (...messages: Message[]) => readConversation({ messages }).turns;
const text = (value: string) => ({ type: 'text', text: value });

describe('a conversation', () => {
  test('has results in the order of their calls (RT-13)', () => {
    expect(read(user('go'), assistant('', 'a', 'b'), result('b'), result('a', 'no', true))).toMatchObject([
      { role: 'user', content: [text('go')] },
      { role: 'assistant', blocks: [{ type: 'tool_call', id: 'a', input: { of: 'a' } }, { id: 'b' }] },
      {
        role: 'tool',
        results: [
          { id: 'a', name: 'tool_a', content: [text('no')], isError: true },
          { id: 'b', name: 'tool_b', content: [text('result of b')], isError: false },
        ],
      },
    ]);
  });

  test('gives calls without a result one that says so (RT-52)', () => {
    const [, , tools] = read(user('go'), assistant('', 'a', 'b'), result('a'));

    expect(tools).toMatchObject({
      results: [
        { id: 'a', isError: false },
        {
          id: 'b',
          isError: true,
          content: [text('No result: the call was interrupted before it finished.')],
        },
      ],
    });
  });

  test('puts a result that came after a remark where it belongs (RT-45)', () => {
    expect(read(user('go'), assistant('', 'a'), user('hurry'), result('a'))).toMatchObject([
      { role: 'user' },
      { role: 'assistant' },
      { role: 'tool', results: [{ id: 'a', isError: false }] },
      { role: 'user', content: [text('hurry')] },
    ]);
  });

  test('tells results without a call as text (RT-52)', () => {
    expect(read(user('go'), result('lost', 'found'))).toEqual([
      { role: 'user', content: [text('go')] },
      { role: 'user', content: [text('Result of an earlier call of tool_lost:'), text('found')] },
    ]);
  });

  test('reads calls once, whether they are blocks, fields or both (RT-52)', () => {
    const both: Message = {
      ...assistant(
        [text('look'), { type: 'tool_call', id: 'a', name: 'tool_a', input: { of: 'a' } }],
        'a',
        'b',
      ),
    };

    const [, answer] = read(user('go'), both);

    expect(answer).toMatchObject({ blocks: [text('look'), { id: 'a' }, { id: 'b' }] });
  });

  test('reads thinking beside the content, as the reference keeps it (RT-52)', () => {
    const message: Message = { ...assistant('done'), thinking_block: { thinking: 'hm', signature: 's' } };

    expect(read(user('go'), message)[1]).toMatchObject({
      blocks: [{ type: 'thinking', thinking: 'hm', signature: 's' }, text('done')],
    });
  });

  test('leaves out what is empty (RT-52)', () => {
    const thinkingOnly = assistant([{ type: 'thinking', thinking: 'hm', signature: 's' }]);

    expect(read(user('  '), user('go'), assistant(''), thinkingOnly, user([text('')]))).toEqual([
      { role: 'user', content: [text('go')] },
    ]);
  });

  test('collects the system prompt and system messages in order (RT-52)', () => {
    const { system } = readConversation({
      system: 'first',
      messages: [{ role: 'system', content: 'second' }, user('go'), { role: 'developer', content: 'third' }],
    });

    expect(system).toBe('first\n\nsecond\n\nthird');
  });

  test('is one that vendors accept, whatever the history (RT-52)', () => {
    const id = fc.constantFrom('a', 'b', 'c');
    const message = fc.oneof(
      fc.string({ maxLength: 3 }).map(user),
      fc.tuple(fc.string({ maxLength: 3 }), fc.uniqueArray(id)).map(([said, ids]) => assistant(said, ...ids)),
      fc.tuple(id, fc.string({ maxLength: 3 })).map(([of, said]) => result(of, said)),
      fc.constantFrom<Message>({ role: 'system', content: 's' }, { role: 'odd', content: null }),
    );

    fc.assert(
      fc.property(fc.array(message, { maxLength: 12 }), (messages) => {
        const turns = read(...messages);
        for (const [at, turn] of turns.entries()) expectPaired(turn, turns[at + 1]);
      }),
    );
  });
});

function expectPaired(turn: Turn, next: Turn | undefined): void {
  if (turn.role === 'user') expect(turn.content.length).toBeGreaterThan(0);
  if (turn.role !== 'assistant') return;
  const calls = turn.blocks.filter(isToolCall).map((call) => call.id);
  expect(turn.blocks.length).toBeGreaterThan(0);
  expect(next?.role === 'tool' ? next.results.map(({ id }) => id) : []).toEqual(calls);
}
