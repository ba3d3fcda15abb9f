/** How much each model is asked to think, in the form that its API accepts (RT-52). */
import { describe, expect, test } from 'vitest';
import type { Message } from '../../../../src/protocol/data.ts';
import { familyOf, limitsOf } from '../../../../src/services/provider-anthropic/model-family.ts';
import { messagesRequest } from '../../../../src/services/provider-anthropic/request.ts';
import { thinkingOf } from '../../../../src/services/provider-anthropic/thinking.ts';

const ADAPTIVE = { type: 'adaptive', display: 'summarized' };
const budget = (budget_tokens: number) => ({ thinking: { type: 'enabled', budget_tokens } });

test.each([
  ['claude-opus-4-6', { line: 'opus', version: 4.6 }],
  ['claude-sonnet-5-5', { line: 'sonnet', version: 5.5 }],
  ['claude-opus-4-20250514', { line: 'opus', version: 4 }],
  ['claude-haiku-4-5-20251001', { line: 'haiku', version: 4.5 }],
  ['claude-3-5-haiku-20241022', { line: 'haiku', version: 3.5 }],
  ['claude-3-7-sonnet-latest', { line: 'sonnet', version: 3.7 }],
  ['claude-fable-5', { line: 'fable', version: 5 }],
  ['anthropic/claude-sonnet-4.5', { line: 'sonnet', version: 4.5 }],
  ['us.anthropic.claude-opus-4-8-v1:0', { line: 'opus', version: 4.8 }],
  ['claude-mythos-preview', { line: 'mythos', version: Number.POSITIVE_INFINITY }],
  ['glm-5', undefined],
])('the name %s says %j (RT-52)', (model, family) => {
  expect(familyOf(model)).toEqual(family);
});

test.each([
  ['claude-opus-5-5', 1_000_000, 128_000],
  ['claude-sonnet-4-5', 200_000, 64_000],
  ['claude-opus-4-1', 200_000, 32_000],
  ['claude-3-5-sonnet-20241022', 200_000, 8_192],
])('%s reads %i tokens and writes %i (RT-52)', (model, contextWindow, maxOutput) => {
  expect(limitsOf(model)).toEqual({ contextWindow, maxOutput });
});

describe('the effort', () => {
  test.each([
    ['claude-opus-5-5', undefined, { thinking: ADAPTIVE }],
    ['claude-opus-5-5', 'medium', { thinking: ADAPTIVE, effort: 'medium' }],
    ['claude-opus-5-5', 'minimal', { thinking: ADAPTIVE, effort: 'low' }],
    ['claude-opus-4-8', 'xhigh', { thinking: ADAPTIVE, effort: 'xhigh' }],
    ['claude-sonnet-4-6', 'xhigh', { thinking: ADAPTIVE, effort: 'high' }],
    ['claude-sonnet-4-6', 'max', { thinking: ADAPTIVE, effort: 'max' }],
    ['claude-opus-5-5', 'whatever', { thinking: ADAPTIVE }],
    // Switched off, as far as each model can be.
    ['claude-opus-5-5', 'none', { thinking: ADAPTIVE, effort: 'low' }],
    ['claude-fable-5-1', 'none', { thinking: ADAPTIVE, effort: 'low' }],
    ['claude-sonnet-5-5', 'none', { thinking: { type: 'between_tools' } }],
    ['claude-haiku-5-5', 'none', { thinking: { type: 'disabled' } }],
    ['claude-opus-4-6', 'none', { thinking: { type: 'disabled' } }],
    // Earlier models take a budget, and only when asked.
    ['claude-sonnet-4-5', undefined, {}],
    ['claude-sonnet-4-5', 'none', {}],
    ['claude-sonnet-4-5', 'low', budget(4_096)],
    ['claude-sonnet-4-5', 'high', budget(20_000)],
    ['claude-3-5-sonnet-20241022', 'high', {}],
    ['glm-5', 'medium', budget(10_000)],
    ['glm-5', undefined, {}],
  ])('of %s with %s is %j (RT-52)', (model, effort, expected) => {
    expect(thinkingOf(model, effort, 32_000)).toEqual(expected);
  });

  test('leaves room for the answer (RT-52)', () => {
    expect(thinkingOf('claude-sonnet-4-5', 'high', 8_000)).toEqual(budget(6_976));
    expect(thinkingOf('claude-sonnet-4-5', 'high', 1_500)).toEqual({});
  });

  test('is dropped where a budget would be refused: after calls of another vendor’s model (RT-52)', () => {
    const calls = (content: Message['content']): Message[] => [
      { role: 'user', content: 'go' },
      { role: 'assistant', content, tool_calls: [{ id: 'a', name: 'look', arguments: {} }] },
      { role: 'tool', tool_call_id: 'a', content: 'seen' },
    ];
    const thinking = (content: Message['content']) =>
      messagesRequest(
        { messages: calls(content), reasoning_effort: 'high' },
        { model: 'claude-sonnet-4-5', maxOutputTokens: 32_000, withThinking: true },
      ).thinking;

    expect(thinking([{ type: 'thinking', thinking: 'hm', signature: 'sig' }])).toMatchObject({
      type: 'enabled',
    });
    expect(thinking('Looking.')).toBeUndefined();
  });
});
