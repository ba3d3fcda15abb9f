/** The conversation's data is read in the reference's spellings and comes out in ours (protocol.md §6). */
import { describe, expect, it } from 'vitest';
import {
  ChatRequest,
  ChatResponse,
  Message,
  messageText,
  responseText,
  ToolCall,
  ToolResult,
  ToolSpec,
} from '../../../src/protocol/data.ts';

describe('a tool call', () => {
  it('is read with "tool" for "name"', () => {
    const read = ToolCall.parse({ id: '1', tool: 'grep', arguments: { pattern: 'x' } });
    expect(read).toEqual({ id: '1', name: 'grep', arguments: { pattern: 'x' } });
  });

  it('keeps its name when it has both, and has no arguments when it names none', () => {
    expect(ToolCall.parse({ id: '1', name: 'grep', tool: 'other' })).toEqual({
      id: '1',
      name: 'grep',
      tool: 'other',
      arguments: {},
    });
  });

  it.each([{ name: 'grep' }, { id: 1, name: 'grep' }, { id: '1' }, null, 'grep'])(
    'is refused without id and name: %j',
    (value) => {
      expect(ToolCall.safeParse(value).success).toBe(false);
    },
  );
});

it('a tool for a model is read with "input_schema" for "parameters"', () => {
  const schema = { type: 'object', properties: {} };
  expect(ToolSpec.parse({ name: 'grep', description: 'Finds.', input_schema: schema })).toEqual({
    name: 'grep',
    description: 'Finds.',
    parameters: schema,
  });
});

describe('a tool result', () => {
  it.each([
    ['text', 'done'],
    ['null', null],
    ['a list', [1, 2]],
    ['a number', 0],
    ['an object of another kind', { rows: 3 }],
  ])('is %s wrapped as a success when it is no ToolResult', (_what, value) => {
    expect(ToolResult.parse(value)).toEqual({ success: true, output: value });
  });

  it('succeeds unless it says otherwise, and keeps what we do not know', () => {
    expect(ToolResult.parse({ output: 'x', took_ms: 5 })).toEqual({
      success: true,
      output: 'x',
      took_ms: 5,
    });
  });

  it('keeps a failure with its message', () => {
    const failed = { success: false, output: null, error: { message: 'no such file', path: 'x' } };
    expect(ToolResult.parse(failed)).toEqual(failed);
  });

  it('is refused when its success is no boolean', () => {
    expect(ToolResult.safeParse({ success: 'yes', output: 1 }).success).toBe(false);
  });
});

it('a message keeps unknown fields and blocks of unknown kinds', () => {
  const message = {
    role: 'assistant',
    content: [
      { type: 'text', text: 'a', visibility: null },
      { type: 'hologram', depth: 3 },
    ],
    tool_calls: null,
    thinking_block: null,
    weight: 7,
  };
  expect(Message.parse(message)).toEqual(message);
});

it('a request to a model needs messages and nothing else', () => {
  expect(ChatRequest.parse({ messages: [] })).toEqual({ messages: [] });
  expect(ChatRequest.safeParse({ messages: 'hello' }).success).toBe(false);
});

describe('the text of a model’s answer', () => {
  const blocks = [
    { type: 'text', text: 'from ' },
    { type: 'thinking', thinking: 'hm' },
    { type: 'text', text: 'blocks' },
  ];

  it.each([
    ['its text, before all else', { text: 'plain', content: 'content' }, 'plain'],
    ['a text that is empty, too', { text: '', content: 'content' }, ''],
    ['its content, when that is text', { text: null, content: 'content' }, 'content'],
    ['the text blocks of its content', { content: blocks }, 'from blocks'],
    ['its content blocks', { content: null, content_blocks: blocks }, 'from blocks'],
    ['empty when there is none', {}, ''],
  ])('is %s', (_what, response, text) => {
    expect(responseText(ChatResponse.parse(response))).toBe(text);
  });
});

it('the text of a message is its content or its text blocks', () => {
  expect(messageText({ role: 'user', content: 'hello' })).toBe('hello');
  expect(messageText({ role: 'user', content: null })).toBe('');
  const image = { type: 'image', mime_type: 'image/png', data: 'AA==' };
  expect(messageText({ role: 'user', content: [{ type: 'text', text: 'see ' }, image] })).toBe('see ');
});
