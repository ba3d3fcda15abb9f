/** What is sent to the Responses API for a request (RT-52). */
import { describe, expect, test } from 'vitest';
import type { ChatRequest, Message } from '../../../../src/protocol/data.ts';
import { responsesRequest } from '../../../../src/services/provider-openai/responses-request.ts';

const MODEL = 'gpt-5.6-terra';
const send = (request: Partial<ChatRequest>, model = MODEL) =>
  responsesRequest({ messages: [{ role: 'user', content: 'go' }], ...request }, model, undefined);

const user = (content: Message['content']): Message => ({ role: 'user', content });
const item = (id: string) => ({ id, summary: ['hm'], encrypted_content: `secret of ${id}` });
const sentItem = (id: string) => ({
  type: 'reasoning',
  id,
  summary: [{ type: 'summary_text', text: 'hm' }],
  encrypted_content: `secret of ${id}`,
});
const call = (id: string) => ({ type: 'tool_call', id, name: 'look', input: { at: id } });
const sentCall = (id: string) => ({
  type: 'function_call',
  call_id: id,
  name: 'look',
  arguments: `{"at":"${id}"}`,
});
const own = (...ids: string[]) => ({
  provider: 'openai',
  model: `${MODEL}-2026-07-09`,
  reasoning_items: ids.map(item),
});
const result = (id: string, content: Message['content'] = 'seen'): Message => ({
  role: 'tool',
  tool_call_id: id,
  content,
});
const inputAfter = (answer: Message, ...rest: Message[]) =>
  (send({ messages: [user('go'), answer, ...rest] }).input as unknown[]).slice(1);

describe('a request to the Responses API', () => {
  test('leaves nothing on the server and asks for what must be sent back (RT-52)', () => {
    expect(send({ system: 'Be brief.', reasoning_effort: 'low', max_output_tokens: 99 })).toMatchObject({
      store: false,
      stream: true,
      instructions: 'Be brief.',
      max_output_tokens: 99,
      reasoning: { effort: 'low', summary: 'auto' },
      include: ['reasoning.encrypted_content'],
    });
  });

  test.each(['gpt-4.1', 'gpt-4o-mini', 'gpt-5-chat-latest'])('does not ask %s to reason (RT-52)', (model) => {
    expect(send({}, model)).not.toHaveProperty('reasoning');
    expect(send({}, model)).not.toHaveProperty('include');
  });

  test('sends reasoning back in its place among text and calls (RT-52)', () => {
    const answer: Message = {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'hm', id: 'rs_1' },
        { type: 'text', text: 'Looking.', phase: 'commentary' },
        call('a'),
        { type: 'thinking', thinking: '', id: 'rs_2' },
        call('b'),
      ],
      metadata: own('rs_1', 'rs_2'),
    };

    expect(inputAfter(answer, result('a'), result('b'))).toEqual([
      sentItem('rs_1'),
      { role: 'assistant', content: 'Looking.', phase: 'commentary' },
      sentCall('a'),
      sentItem('rs_2'),
      sentCall('b'),
      { type: 'function_call_output', call_id: 'a', output: 'seen' },
      { type: 'function_call_output', call_id: 'b', output: 'seen' },
    ]);
  });

  test('sends reasoning first when only the metadata was kept (RT-52)', () => {
    const answer: Message = { role: 'assistant', content: 'Done.', metadata: own('rs_1') };

    expect(inputAfter(answer, user('next'))).toEqual([
      sentItem('rs_1'),
      { role: 'assistant', content: 'Done.' },
      { role: 'user', content: [{ type: 'input_text', text: 'next' }] },
    ]);
  });

  test.each([
    ['another vendor', { ...own('rs_1'), provider: 'anthropic' }],
    ['another model', { ...own('rs_1'), model: 'gpt-5.4' }],
    ['a broken file', { ...own('rs_1'), reasoning_items: [{ id: 5 }] }],
  ])('sends no reasoning of %s (RT-52)', (_, metadata) => {
    const answer: Message = {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'hm', id: 'rs_1' },
        { type: 'text', text: 'Done.' },
      ],
      metadata,
    };

    expect(inputAfter(answer, user('next'))[0]).toEqual({ role: 'assistant', content: 'Done.' });
  });

  test('sends no reasoning that nothing follows (RT-52)', () => {
    const answer: Message = {
      role: 'assistant',
      content: [
        { type: 'text', text: 'Done.' },
        { type: 'thinking', thinking: 'hm', id: 'rs_1' },
      ],
      metadata: own('rs_1'),
    };

    expect(inputAfter(answer)).toEqual([{ role: 'assistant', content: 'Done.' }]);
  });

  test('sends images of the person and of tools (RT-52)', () => {
    const image = { type: 'image', mime_type: 'image/png', data: 'AAAA' };
    const { input } = send({
      messages: [
        user([{ type: 'text', text: 'See' }, image]),
        { role: 'assistant', content: [call('a')] },
        result('a', [{ type: 'text', text: 'here' }, image]),
      ],
    });

    expect(input).toMatchObject([
      {
        content: [
          { type: 'input_text', text: 'See' },
          { type: 'input_image', image_url: 'data:image/png;base64,AAAA' },
        ],
      },
      { type: 'function_call' },
      {
        type: 'function_call_output',
        output: [
          { type: 'input_text', text: 'here' },
          { type: 'input_image', image_url: 'data:image/png;base64,AAAA' },
        ],
      },
    ]);
  });
});
