/** What every provider owes the loop, whatever its API: one table of tests, one row per wire (RT-52). */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Message } from '../../../src/protocol/data.ts';
import { type ModelServer, startModelServer } from '../../builders/model-server.ts';
import { bodyOf, providerAt, textsOf, WIRES } from './wires.ts';

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const TOOLS = [
  { name: 'read_file', description: 'Reads a file.', parameters: { properties: { file_path: {} } } },
  { name: 'grep', description: 'Searches.', parameters: {} },
];

let server: ModelServer;
beforeEach(async () => {
  server = await startModelServer();
});
afterEach(() => server[Symbol.asyncDispose]());

const user = (content: Message['content']): Message => ({ role: 'user', content });

describe.each(WIRES)('$name', (wire) => {
  test('streams the text piece by piece and answers with the whole of it (RT-41, RT-52)', async () => {
    server.mock.onMessage('hello', { content: 'Hello, and welcome to the studio.' });
    const provider = await providerAt(wire, server);

    const answer = await provider.call('provider.complete', { request: { messages: [user('hello')] } });

    const tokens = textsOf(provider, 'token');
    expect(tokens.length).toBeGreaterThan(3);
    expect(tokens.join('')).toBe('Hello, and welcome to the studio.');
    expect(answer).toMatchObject({
      text: 'Hello, and welcome to the studio.',
      tool_calls: [],
      finish_reason: 'stop',
      metadata: { provider: wire.service.name, model: wire.model },
    });
    expect(answer.content).toContainEqual({ type: 'text', text: 'Hello, and welcome to the studio.' });
    expect(server.sent).toHaveLength(1);
    expect(server.sent[0]).toMatchObject({ method: 'POST', path: wire.path });
  });

  test('answers with parallel tool calls and their arguments (RT-52)', async () => {
    server.mock.onMessage('look', {
      content: 'Looking.',
      toolCalls: [
        { id: 'call_1', name: 'read_file', arguments: { file_path: 'src/upload.js' } },
        { id: 'call_2', name: 'grep', arguments: { pattern: 'retry(', deep: [1, { a: null }] } },
      ],
    });
    const provider = await providerAt(wire, server);

    const answer = await provider.call('provider.complete', {
      request: { messages: [user('look')], tools: TOOLS },
    });

    expect(answer.finish_reason).toBe('tool_calls');
    expect(answer.text).toBe('Looking.');
    expect(answer.tool_calls).toEqual([
      { id: 'call_1', name: 'read_file', arguments: { file_path: 'src/upload.js' } },
      { id: 'call_2', name: 'grep', arguments: { pattern: 'retry(', deep: [1, { a: null }] } },
    ]);
    const blocks = Array.isArray(answer.content) ? answer.content : [];
    expect(blocks.filter(({ type }) => type === 'tool_call').map(({ name }) => name)).toEqual([
      'read_file',
      'grep',
    ]);
    const started = provider.notifications.filter(({ name }) => name.endsWith('content_block_start'));
    expect(started.map(({ payload }) => payload)).toContainEqual(
      expect.objectContaining({ type: 'tool_call', name: 'grep', id: 'call_2' }),
    );
  });

  test('streams thinking apart from the text (RT-52)', async () => {
    server.mock.onMessage('why', { content: 'Because.', reasoning: 'They ask for a reason.' });
    const provider = await providerAt(wire, server);

    const answer = await provider.call('provider.complete', {
      request: { messages: [user('why')], reasoning_effort: 'high' },
    });

    expect(textsOf(provider, 'thinking').length).toBeGreaterThan(1);
    expect(textsOf(provider, 'thinking').join('')).toBe('They ask for a reason.');
    expect(textsOf(provider, 'token').join('')).toBe('Because.');
    expect(answer.content).toMatchObject([
      { type: 'thinking', thinking: 'They ask for a reason.' },
      { type: 'text', text: 'Because.' },
    ]);
  });

  test('counts tokens, with a total (RT-52)', async () => {
    const usage = { input_tokens: 120, output_tokens: 34, prompt_tokens: 120, completion_tokens: 34 };
    server.mock.onMessage('count', { content: 'Counted.', usage });
    const provider = await providerAt(wire, server);

    const answer = await provider.call('provider.complete', { request: { messages: [user('count')] } });

    expect(answer.usage).toMatchObject({ input_tokens: 120, output_tokens: 34, total_tokens: 154 });
  });

  test('sends the system prompt, system messages of the list included (RT-52)', async () => {
    server.mock.onMessage('hi', { content: 'Hi.' });
    const provider = await providerAt(wire, server);

    await provider.call('provider.complete', {
      request: {
        system: 'You repair things.',
        messages: [{ role: 'system', content: 'Be brief.' }, user('hi')],
      },
    });

    expect(wire.systemOf(bodyOf(server.sent[0]))).toBe('You repair things.\n\nBe brief.');
  });

  test('sends images of the person (RT-52)', async () => {
    server.mock.onMessage('picture', { content: 'A pixel.' });
    const provider = await providerAt(wire, server);

    await provider.call('provider.complete', {
      request: {
        messages: [
          user([
            { type: 'text', text: 'What is in the picture?' },
            { type: 'image', mime_type: 'image/png', data: PIXEL },
          ]),
        ],
      },
    });

    const content = wire.lastOf(bodyOf(server.sent[0]));
    expect(content).toMatchObject([
      expect.objectContaining({ text: 'What is in the picture?' }),
      {
        anthropic: { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PIXEL } },
        'openai-responses': { type: 'input_image', image_url: `data:image/png;base64,${PIXEL}` },
        'openai-chat': { type: 'image_url', image_url: { url: `data:image/png;base64,${PIXEL}` } },
      }[wire.name],
    ]);
  });

  test('sends images that tools return (RT-52)', async () => {
    server.mock.addFixture({ match: {}, response: { content: 'I see.' } });
    const provider = await providerAt(wire, server);

    await provider.call('provider.complete', {
      request: {
        tools: TOOLS,
        messages: [
          user('look'),
          { role: 'assistant', content: '', tool_calls: [{ id: 'a', name: 'read_file', arguments: {} }] },
          {
            role: 'tool',
            tool_call_id: 'a',
            name: 'read_file',
            content: [{ type: 'image', mime_type: 'image/png', data: PIXEL }],
          },
        ],
      },
    });

    expect(JSON.stringify(bodyOf(server.sent[0]))).toContain(PIXEL);
  });

  test('takes an answer back with its calls and their results (RT-52)', async () => {
    server.mock.addFixture({
      match: { hasToolResult: false },
      response: {
        content: 'Reading both.',
        reasoning: 'Two files matter.',
        toolCalls: [
          { id: 'call_1', name: 'read_file', arguments: '{"file_path":"a.js"}' },
          { id: 'call_2', name: 'read_file', arguments: '{"file_path":"b.js"}' },
        ],
      },
    });
    server.mock.addFixture({ match: { hasToolResult: true }, response: { content: 'Both are fine.' } });
    const provider = await providerAt(wire, server);
    const asked = { tools: TOOLS, reasoning_effort: 'high' };
    const first = await provider.call('provider.complete', {
      request: { ...asked, messages: [user('check')] },
    });

    const second = await provider.call('provider.complete', {
      request: {
        ...asked,
        messages: [
          user('check'),
          {
            role: 'assistant',
            content: first.content,
            tool_calls: first.tool_calls,
            metadata: first.metadata,
          },
          { role: 'tool', tool_call_id: 'call_1', name: 'read_file', content: 'export const a = 1;' },
          { role: 'tool', tool_call_id: 'call_2', name: 'read_file', content: 'export const b = 2;' },
        ],
      },
    });

    expect(second.text).toBe('Both are fine.');
    const sent = bodyOf(server.sent[1]);
    expect(wire.resultsOf(sent)).toEqual([
      { id: 'call_1', text: 'export const a = 1;' },
      { id: 'call_2', text: 'export const b = 2;' },
    ]);
    // What the model thought goes back as its API wants it.
    expect(JSON.stringify(sent)).toContain(
      {
        anthropic: '"signature":"aimock-placeholder-signature"',
        'openai-responses': '"encrypted_content":"',
        'openai-chat': '"reasoning_content":"Two files matter."',
      }[wire.name],
    );
  });

  test('asks for JSON of a schema where the request does (RT-52)', async () => {
    server.mock.onMessage('json', { content: '{"ok":true}' });
    const provider = await providerAt(wire, server);
    const schema = { type: 'object', properties: { ok: { type: 'boolean' } } };

    const answer = await provider.call('provider.complete', {
      request: {
        messages: [user('json')],
        response_format: { type: 'json_schema', json_schema: { name: 'verdict', schema } },
      },
    });

    expect(answer.text).toBe('{"ok":true}');
    expect(bodyOf(server.sent[0])).toMatchObject(
      {
        anthropic: { output_config: { format: { type: 'json_schema', schema } } },
        'openai-responses': { text: { format: { type: 'json_schema', name: 'verdict', schema } } },
        'openai-chat': { response_format: { type: 'json_schema', json_schema: { name: 'verdict', schema } } },
      }[wire.name] ?? {},
    );
  });

  test('lists the models of the server (RT-52)', async () => {
    server.mock.onMessage('x', { content: 'x' });
    const provider = await providerAt(wire, server);

    const { models } = await provider.call('provider.models', {});

    expect(models.length).toBeGreaterThan(1);
    expect(models.every(({ id, capabilities }) => id !== '' && capabilities.includes('tools'))).toBe(true);
  });
});
