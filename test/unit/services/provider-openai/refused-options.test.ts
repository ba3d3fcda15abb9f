/** Options that a server refuses are left out; what is asked for never is (RT-52). */
import { describe, expect, test } from 'vitest';
import { withoutRefused } from '../../../../src/services/provider-openai/refused-options.ts';

const bad = (message: string, param?: string, status = 400) => ({ status, message, param });

describe('a refused option', () => {
  test.each([
    [
      "Unsupported value: 'temperature' does not support 0.2 with this model.",
      { model: 'm', temperature: 0.2 },
      { model: 'm' },
    ],
    ["Unsupported parameter: 'top_p'", { temperature: 1, top_p: 0.5 }, { temperature: 1 }],
    ['Unknown field: stream_options', { stream_options: {} }, {}],
    [
      'Your organization must be verified to generate reasoning summaries.',
      { reasoning: { effort: 'low', summary: 'auto' } },
      { reasoning: { effort: 'low' } },
    ],
    [
      "Unsupported parameter: 'reasoning.effort' is not supported with this model.",
      { reasoning: { effort: 'low', summary: 'auto' } },
      { reasoning: { summary: 'auto' } },
    ],
    ['Encrypted content is not supported with this model.', { include: ['x'] }, {}],
    [
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      { max_tokens: 5 },
      { max_completion_tokens: 5 },
    ],
    ['Unrecognized request argument supplied: reasoning_effort', { reasoning_effort: 'low' }, {}],
  ])('for “%s” is left out or replaced (RT-52)', (message, params, expected) => {
    expect(withoutRefused(params, bad(message))?.params).toEqual(expected);
  });

  test('is found by the field that the server names (RT-52)', () => {
    expect(withoutRefused({ temperature: 1 }, bad('Not allowed.', 'temperature'))?.option).toBe(
      'temperature',
    );
  });

  test('is none when it was not sent, or when something else is wrong (RT-52)', () => {
    expect(withoutRefused({ model: 'm' }, bad("Unsupported value: 'temperature'"))).toBeUndefined();
    expect(withoutRefused({ temperature: 1 }, bad('The image is too large.'))).toBeUndefined();
    expect(withoutRefused({ temperature: 1 }, bad('temperature', 'temperature', 500))).toBeUndefined();
  });
});
