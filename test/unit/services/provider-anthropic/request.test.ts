/** What is sent to the Messages API for a request (RT-52). */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChatRequest, Message } from '../../../../src/protocol/data.ts';
import { messagesRequest } from '../../../../src/services/provider-anthropic/request.ts';

const MODEL = 'claude-sonnet-5-5';
const OPTIONS = { model: MODEL, maxOutputTokens: undefined, withThinking: true };
const send = (request: Partial<ChatRequest>, options: Partial<typeof OPTIONS> = {}) =>
  messagesRequest({ messages: [{ role: 'user', content: 'go' }], ...request }, { ...OPTIONS, ...options });

const user = (content: Message['content']): Message => ({ role: 'user', content });
const look = (id: string, metadata?: Message['metadata']): Message => ({
  role: 'assistant',
  content: [{ type: 'thinking', thinking: 'hm', signature: 'sig' }],
  tool_calls: [{ id, name: 'look', arguments: { at: id } }],
  metadata,
});
const result = (id: string, content: Message['content'] = 'seen', isError = false): Message => ({
  role: 'tool',
  tool_call_id: id,
  name: 'look',
  content,
  metadata: { is_error: isError },
});
const MARK = { cache_control: { type: 'ephemeral' } };

describe('messages', () => {
  test('put neighbouring tool results and the next remark into one user message (RT-52)', () => {
    const two: Message = {
      ...look('a'),
      tool_calls: [...(look('a').tool_calls ?? []), ...(look('b').tool_calls ?? [])],
    };

    const { messages } = send({
      messages: [user('go'), two, result('a'), result('b', 'no', true), user('and?')],
    });

    expect(messages).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'go', ...MARK }] },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'hm', signature: 'sig' },
          { type: 'tool_use', id: 'a', name: 'look', input: { at: 'a' } },
          { type: 'tool_use', id: 'b', name: 'look', input: { at: 'b' } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: 'seen' }] },
          { type: 'tool_result', tool_use_id: 'b', content: [{ type: 'text', text: 'no' }], is_error: true },
          { type: 'text', text: 'and?', ...MARK },
        ],
      },
    ]);
  });

  test('take thinking back to the model that wrote it and to no other (RT-52)', () => {
    const sent = (metadata?: Message['metadata'], withThinking = true) =>
      JSON.stringify(
        send({ messages: [user('go'), look('a', metadata), result('a')] }, { withThinking }).messages,
      );

    expect(sent()).toContain('"signature":"sig"');
    expect(sent({ provider: 'anthropic', model: `${MODEL}-20260928` })).toContain('"signature":"sig"');
    expect(sent({ provider: 'anthropic', model: 'claude-opus-5-5' })).not.toContain('sig"');
    expect(sent({ provider: 'openai', model: MODEL })).not.toContain('sig"');
    expect(sent(undefined, false)).not.toContain('sig"');
  });

  test('send redacted thinking back and unsigned thinking not (RT-52)', () => {
    const answer: Message = {
      role: 'assistant',
      content: [
        { type: 'redacted_thinking', data: 'opaque' },
        { type: 'thinking', thinking: 'of another vendor' },
        { type: 'text', text: 'done' },
      ],
    };

    expect(send({ messages: [user('go'), answer, user('next')] }).messages[1]?.content).toEqual([
      { type: 'redacted_thinking', data: 'opaque' },
      { type: 'text', text: 'done' },
    ]);
  });

  test('put images into tool results, and say what can’t be read (RT-52)', () => {
    const image = (mime_type: string) => ({ type: 'image', mime_type, data: 'AAAA' });

    const { messages } = send({
      messages: [user('go'), look('a'), result('a', [image('image/png'), image('image/tiff')])],
    });

    expect(messages[2]?.content).toMatchObject([
      {
        content: [
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
          { type: 'text', text: "(An image of type image/tiff, which Claude can't read.)" },
        ],
      },
    ]);
  });

  test('replace ids that the API refuses, the same way on both sides (RT-52)', () => {
    const { messages } = send({
      messages: [user('go'), look('functions.look:0'), result('functions.look:0')],
    });

    expect(messages[1]?.content).toContainEqual(expect.objectContaining({ id: 'functions_look_0' }));
    expect(messages[2]?.content).toContainEqual(expect.objectContaining({ tool_use_id: 'functions_look_0' }));
  });

  test('start and end with the user, whatever the history (RT-52)', () => {
    const message = fc.constantFrom(user('go'), user(''), look('a'), result('a'), result('z'), {
      role: 'assistant',
      content: 'done',
    });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 8 }), (messages) => {
        const roles = send({ messages }).messages.map(({ role }) => role);
        expect(roles[0]).toBe('user');
        expect(roles.at(-1)).toBe('user');
        expect(roles.every((role, at) => role !== roles[at + 1])).toBe(true);
      }),
    );
  });
});

describe('the prompt cache', () => {
  test('is marked after tools, system prompt and the last two user messages (RT-52)', () => {
    const body = send({
      system: 'Be brief.',
      tools: [
        { name: 'look', description: '', parameters: {} },
        { name: 'touch', description: '', parameters: {} },
      ],
      messages: [user('one'), { role: 'assistant', content: 'ok' }, user('two'), look('a'), result('a')],
    });

    expect(JSON.stringify(body).match(/cache_control/g)).toHaveLength(4);
    expect(body.tools).toMatchObject([{ name: 'look' }, { name: 'touch', ...MARK }]);
    expect(body.tools?.[0]).not.toHaveProperty('cache_control');
    expect(body.system).toEqual([{ type: 'text', text: 'Be brief.', ...MARK }]);
    expect(body.messages[0]?.content).toEqual([{ type: 'text', text: 'one' }]);
    expect(body.messages[2]?.content).toMatchObject([MARK]);
    expect(body.messages[4]?.content).toMatchObject([MARK]);
  });

  test('is not marked where the agent wants none (AT-26)', () => {
    const body = send({ system: 'Be brief.', caching: 'none' });
    expect(JSON.stringify(body)).not.toContain('cache_control');
  });
});

describe('other parameters', () => {
  test('of sampling go to servers that take them, and to no Claude (AT-26)', () => {
    const sampling = { temperature: 0.2, top_p: 0.9 };
    expect(send(sampling, { model: 'other-1' })).toMatchObject(sampling);
    const body = send(sampling);
    expect([body.temperature, body.top_p]).toEqual([undefined, undefined]);
  });

  test('of a request without tools still name the tools of earlier calls, and forbid them (RT-44)', () => {
    const body = send({ tools: [], messages: [user('go'), look('a'), result('a'), user('conclude')] });

    expect(body.tools).toMatchObject([{ name: 'look', input_schema: { type: 'object' } }]);
    expect(body.tool_choice).toEqual({ type: 'none' });
    expect(send({ tools: [] })).not.toHaveProperty('tools');
  });

  test.each([
    [{ request: 500, config: 900 }, 500],
    [{ request: undefined, config: 900 }, 900],
    [{ request: undefined, config: undefined }, 64_000],
  ])('with %j ask for at most %i tokens (RT-52)', ({ request, config }, expected) => {
    const body = messagesRequest(
      { messages: [user('go')], max_output_tokens: request },
      { ...OPTIONS, maxOutputTokens: config },
    );

    expect(body.max_tokens).toBe(expected);
  });

  test('leave out a temperature where the API refuses one (RT-52)', () => {
    expect(send({ temperature: 0.2 })).not.toHaveProperty('temperature');
    expect(send({ temperature: 0.2 }, { model: 'glm-5' })).toMatchObject({ temperature: 0.2 });
  });

  test('ask for JSON by schema, or in words where there is none (RT-52)', () => {
    const schema = { type: 'object' };

    expect(send({ response_format: { type: 'json_schema', schema } }).output_config).toEqual({
      format: { type: 'json_schema', schema },
    });
    expect(send({ system: 'Hi.', response_format: { type: 'json_object' } }).system).toMatchObject([
      { text: 'Hi.\n\nAnswer with one JSON object and nothing else.' },
    ]);
    expect(send({ response_format: { type: 'text' } })).not.toHaveProperty('output_config');
  });
});
