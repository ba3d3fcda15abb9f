/** What each stream of test/fixtures/recorded is read into: the whole answer, nothing more and nothing less. */
import type { ChatResponse } from '../../../src/protocol/data.ts';

const SIGNATURE = 'EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pkiMOYds...';

export const RECORDED_ANSWERS: [wire: string, file: string, expected: ChatResponse][] = [
  [
    'anthropic',
    'anthropic-text',
    {
      content: [{ type: 'text', text: 'Hello! Grüße 👋' }],
      text: 'Hello! Grüße 👋',
      tool_calls: [],
      usage: { input_tokens: 25, output_tokens: 15, total_tokens: 40 },
      finish_reason: 'stop',
      metadata: { provider: 'anthropic', model: 'claude-opus-5-5' },
    },
  ],
  [
    'anthropic',
    'anthropic-tools',
    {
      content: [
        { type: 'text', text: "Okay, let's check the weather for both:" },
        {
          type: 'tool_call',
          id: 'toolu_01T1x1fJ34qAmk2tNTrN7Up6',
          name: 'get_weather',
          input: { location: 'San Francisco, CA', unit: 'fahrenheit' },
        },
        { type: 'tool_call', id: 'toolu_01A09q90qw90lq917835lq9', name: 'get_time', input: {} },
      ],
      text: "Okay, let's check the weather for both:",
      tool_calls: [
        {
          id: 'toolu_01T1x1fJ34qAmk2tNTrN7Up6',
          name: 'get_weather',
          arguments: { location: 'San Francisco, CA', unit: 'fahrenheit' },
        },
        { id: 'toolu_01A09q90qw90lq917835lq9', name: 'get_time', arguments: {} },
      ],
      // The whole prompt counts, what came from the cache and went into it included.
      usage: {
        input_tokens: 1972,
        output_tokens: 89,
        total_tokens: 2061,
        cache_read_tokens: 1200,
        cache_write_tokens: 300,
      },
      finish_reason: 'tool_calls',
      metadata: { provider: 'anthropic', model: 'claude-opus-5-5' },
    },
  ],
  [
    'anthropic',
    'anthropic-thinking',
    {
      content: [
        {
          type: 'thinking',
          thinking: 'I need to find the GCD of 1071 and 462.\n147 = 7 × 21 + 0, so the answer is 21.',
          signature: SIGNATURE,
        },
        { type: 'redacted_thinking', data: 'EmwKAhgBEgy3va3pzix/LafPsn4aDFIT2Xlxh0L5L8rLVyIw' },
        { type: 'text', text: 'The greatest common divisor of 1071 and 462 is **21**.' },
      ],
      text: 'The greatest common divisor of 1071 and 462 is **21**.',
      tool_calls: [],
      usage: { input_tokens: 57, output_tokens: 151, total_tokens: 208, reasoning_tokens: 120 },
      finish_reason: 'stop',
      metadata: { provider: 'anthropic', model: 'claude-opus-5-5' },
    },
  ],
  [
    'anthropic',
    'anthropic-refusal',
    {
      content: [{ type: 'text', text: 'Hello..' }],
      text: 'Hello..',
      tool_calls: [],
      usage: {
        input_tokens: 564,
        output_tokens: 22,
        total_tokens: 586,
        cache_read_tokens: 0,
        cache_write_tokens: 0,
      },
      finish_reason: 'refusal',
      metadata: {
        provider: 'anthropic',
        model: 'claude-opus-5-5',
        refusal: 'The request could enable cyber harm.',
      },
    },
  ],
  [
    'anthropic',
    'anthropic-invalid-arguments',
    {
      content: [
        {
          type: 'tool_call',
          id: 'toolu_05',
          name: 'write_file',
          input: { $invalid_arguments: '{"file_path": "a.txt", "content": "cut he' },
        },
      ],
      text: '',
      tool_calls: [
        {
          id: 'toolu_05',
          name: 'write_file',
          arguments: { $invalid_arguments: '{"file_path": "a.txt", "content": "cut he' },
        },
      ],
      usage: { input_tokens: 10, output_tokens: 16, total_tokens: 26 },
      finish_reason: 'length',
      metadata: { provider: 'anthropic', model: 'claude-opus-5-5' },
    },
  ],
  [
    'openai-responses',
    'openai-responses-text',
    {
      content: [{ type: 'text', text: 'Hi there! How can I assist you today?', phase: 'final_answer' }],
      text: 'Hi there! How can I assist you today?',
      tool_calls: [],
      usage: {
        input_tokens: 37,
        output_tokens: 11,
        total_tokens: 48,
        reasoning_tokens: 0,
        cache_read_tokens: 32,
        cache_write_tokens: 0,
      },
      finish_reason: 'stop',
      metadata: { provider: 'openai', model: 'gpt-5.6-terra-2026-07-09' },
    },
  ],
  [
    'openai-responses',
    'openai-responses-incomplete',
    {
      content: [{ type: 'text', text: 'Half of it' }],
      text: 'Half of it',
      tool_calls: [],
      usage: {
        input_tokens: 12,
        output_tokens: 16,
        total_tokens: 28,
        reasoning_tokens: 0,
        cache_read_tokens: 0,
      },
      finish_reason: 'length',
      metadata: { provider: 'openai', model: 'gpt-5.6-terra' },
    },
  ],
  [
    'openai-chat',
    'openai-chat-text',
    {
      content: [{ type: 'text', text: 'Hello – 世界' }],
      text: 'Hello – 世界',
      tool_calls: [],
      usage: {
        input_tokens: 19,
        output_tokens: 10,
        total_tokens: 29,
        reasoning_tokens: 3,
        cache_read_tokens: 16,
      },
      finish_reason: 'stop',
      metadata: { provider: 'openai', model: 'gpt-4o-mini' },
    },
  ],
  [
    'openai-chat',
    'openai-chat-tools',
    {
      content: [
        {
          type: 'tool_call',
          id: 'call_DdmO9pD3xa9XTPNJ32zg2hcA',
          name: 'get_weather',
          input: { location: 'Paris, France' },
        },
        {
          type: 'tool_call',
          id: 'call_q9zZLi8dKJr1mHn1',
          name: 'get_time',
          input: { $invalid_arguments: '{"zone":"Europe/' },
        },
      ],
      text: '',
      tool_calls: [
        {
          id: 'call_DdmO9pD3xa9XTPNJ32zg2hcA',
          name: 'get_weather',
          arguments: { location: 'Paris, France' },
        },
        {
          id: 'call_q9zZLi8dKJr1mHn1',
          name: 'get_time',
          arguments: { $invalid_arguments: '{"zone":"Europe/' },
        },
      ],
      usage: { input_tokens: 0, output_tokens: 0, total_tokens: 0 },
      finish_reason: 'tool_calls',
      metadata: { provider: 'openai', model: 'gpt-4o' },
    },
  ],
  [
    'openai-chat',
    'compatible-deepseek',
    {
      content: [
        { type: 'thinking', thinking: 'First, compare 9.11 and 9.8.' },
        { type: 'text', text: '9.8 is greater.' },
      ],
      text: '9.8 is greater.',
      tool_calls: [],
      usage: {
        input_tokens: 16,
        output_tokens: 30,
        total_tokens: 46,
        reasoning_tokens: 20,
        cache_read_tokens: 0,
      },
      finish_reason: 'stop',
      metadata: { provider: 'openai', model: 'deepseek-reasoner', reasoning_field: 'reasoning_content' },
    },
  ],
  [
    'openai-chat',
    'compatible-loose-tools',
    {
      content: [
        { type: 'tool_call', id: 'call_a', name: 'read_file', input: { file_path: 'src/upload.js' } },
        { type: 'tool_call', id: 'call_b', name: 'grep', input: { pattern: 'retry' } },
      ],
      text: '',
      tool_calls: [
        { id: 'call_a', name: 'read_file', arguments: { file_path: 'src/upload.js' } },
        { id: 'call_b', name: 'grep', arguments: { pattern: 'retry' } },
      ],
      usage: { input_tokens: 0, output_tokens: 0, total_tokens: 0 },
      finish_reason: 'tool_calls',
      metadata: { provider: 'openai', model: 'qwen3' },
    },
  ],
];
