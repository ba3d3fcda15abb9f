/** What is sent to Chat Completions for a request (RT-52). */
import { describe, expect, test } from 'vitest';
import type { ChatRequest, Message } from '../../../../src/protocol/data.ts';
import { chatRequest } from '../../../../src/services/provider-openai/chat-request.ts';

const OPTIONS = { model: 'local-model', maxOutputTokens: undefined, isVendorsOwn: false };
const send = (request: Partial<ChatRequest>, options = OPTIONS) =>
  chatRequest({ messages: [{ role: 'user', content: 'go' }], ...request }, options);

const user = (content: Message['content']): Message => ({ role: 'user', content });
const look = (metadata?: Message['metadata']): Message => ({
  role: 'assistant',
  content: [{ type: 'thinking', thinking: 'hm' }],
  tool_calls: [{ id: 'a', name: 'look', arguments: { at: 1 } }],
  metadata,
});
const result: Message = { role: 'tool', tool_call_id: 'a', name: 'look', content: 'seen' };

describe('a request to Chat Completions', () => {
  test('has plain texts, calls and results in the common form (RT-52)', () => {
    expect(send({ system: 'Be brief.', messages: [user('go'), look(), result] }).messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'go' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'a', type: 'function', function: { name: 'look', arguments: '{"at":1}' } }],
      },
      { role: 'tool', tool_call_id: 'a', content: 'seen' },
    ]);
  });

  test('has images of tools behind the results, as the user’s (RT-52)', () => {
    const image = { type: 'image', mime_type: 'image/png', data: 'AAAA' };

    const { messages } = send({ messages: [user('go'), look(), { ...result, content: [image] }] });

    expect(messages.slice(2)).toEqual([
      { role: 'tool', tool_call_id: 'a', content: '(The image follows.)' },
      { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }] },
    ]);
  });

  test('returns reasoning while the tools run, and not afterwards (RT-52)', () => {
    const own = { provider: 'openai', model: 'local-model', reasoning_field: 'reasoning_content' };
    const sent = (messages: Message[]) => JSON.stringify(send({ messages }));

    expect(sent([user('go'), look(own), result])).toContain('"reasoning_content":"hm"');
    expect(sent([user('go'), look(own), result, user('next')])).not.toContain('hm');
    expect(sent([user('go'), look({ ...own, provider: 'anthropic' }), result])).not.toContain('hm');
    expect(sent([user('go'), look({ ...own, reasoning_field: '__proto__' }), result])).not.toContain('hm');
  });

  test('limits the answer by the name that the server knows (RT-52)', () => {
    expect(send({ max_output_tokens: 99 })).toMatchObject({ max_tokens: 99 });
    expect(send({ max_output_tokens: 99 }, { ...OPTIONS, isVendorsOwn: true })).toMatchObject({
      max_completion_tokens: 99,
    });
    expect(send({})).not.toHaveProperty('max_tokens');
  });

  test('passes on effort, temperature and JSON format, and gives every tool a schema (RT-52)', () => {
    expect(
      send({
        reasoning_effort: 'low',
        temperature: 0.2,
        top_p: 0.9,
        response_format: { type: 'json_object' },
        tools: [{ name: 'now', description: 'The time.', parameters: {} }],
      }),
    ).toMatchObject({
      stream: true,
      stream_options: { include_usage: true },
      reasoning_effort: 'low',
      temperature: 0.2,
      top_p: 0.9,
      response_format: { type: 'json_object' },
      tools: [
        {
          type: 'function',
          function: { name: 'now', description: 'The time.', parameters: { type: 'object', properties: {} } },
        },
      ],
    });
  });
});
