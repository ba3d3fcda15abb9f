/** How far a turn may go, and its one last call without tools (RT-44). */
import { describe, expect, test, vi } from 'vitest';
import { Limits } from '../../../../src/services/loop-streaming/limits.ts';
import { calling, loopRoom, resultsIn } from './loop-room.ts';

const config = { tools: [], hooks: [], provider_name: 'fake' };
const tokens = (input: number, output: number) => ({
  input_tokens: input,
  output_tokens: output,
  total_tokens: 0,
});

describe('the limits of a turn (RT-44)', () => {
  test('are not met before anything happened', () => {
    const limits = new Limits({ ...config, max_iterations: 1, max_tokens: 1, max_wall_ms: 60_000 });
    expect(limits.met()).toBeUndefined();
  });

  test('count model calls', () => {
    const limits = new Limits({ ...config, max_iterations: 2 });
    limits.add(undefined);
    expect(limits.met()).toBeUndefined();
    limits.add(null);
    expect(limits.iteration).toBe(2);
    expect(limits.met()).toMatchObject({
      message: 'The limit of 2 model calls in one turn was reached.',
      remedy: expect.stringContaining('"limits.iterations"'),
    });
  });

  test('count tokens, from the total or from its parts', () => {
    const limits = new Limits({ ...config, max_tokens: 100 });
    limits.add({ ...tokens(30, 20), total_tokens: 60 });
    expect(limits.met()).toBeUndefined();
    limits.add(tokens(30, 10));
    expect(limits.met()?.remedy).toContain('"limits.tokens"');
  });

  test('count time', () => {
    const now = vi.spyOn(performance, 'now').mockReturnValue(1_000);
    try {
      const limits = new Limits({ ...config, max_wall_ms: 120_000 });
      now.mockReturnValue(120_999);
      expect(limits.met()).toBeUndefined();
      now.mockReturnValue(121_000);
      expect(limits.met()?.message).toBe('The limit of 2 minutes for one turn was reached.');
    } finally {
      now.mockRestore();
    }
  });

  test('stand at 100 model calls when nothing is set', () => {
    const limits = new Limits(config);
    for (let call = 0; call < 99; call += 1) limits.add(tokens(1, 1));
    expect(limits.met()).toBeUndefined();
    limits.add(tokens(1, 1));
    expect(limits.met()?.message).toContain('100 model calls');
  });
});

describe('at a limit (RT-44)', () => {
  const tools = [{ name: 'echo', description: 'Echoes.', parameters: {} }];

  test('the model gets one last call, without tools, and is told to conclude', async () => {
    const room = loopRoom({
      answers: [calling(['echo']), { text: 'That is all I got.' }],
      tools: { echo: () => 'echoed' },
    });

    const text = await room.run({ max_iterations: 1, tools });

    expect(text).toBe('That is all I got.');
    expect(room.requests.map((request) => request.tools?.length)).toEqual([1, 0]);
    expect(room.requests[1]?.messages.at(-1)).toMatchObject({
      role: 'user',
      content: expect.stringMatching(/^The limit of 1 model calls .* Conclude now/),
    });
    // The reminder was for that call only.
    expect(room.conversation.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'assistant']);
    expect(room.notes).toMatchObject([{ event: 'limit', data: { remedy: expect.any(String) } }]);
  });

  test('calls that the model asks for in spite of it are not kept: nobody would answer them', async () => {
    const room = loopRoom({
      answers: [
        calling(['echo']),
        {
          content: [
            { type: 'text', text: 'Just one more.' },
            { type: 'tool_call', id: 'call-9', name: 'echo', input: {} },
          ],
          tool_calls: [{ id: 'call-9', name: 'echo', arguments: {} }],
        },
      ],
      tools: { echo: () => 'echoed' },
    });

    await room.run({ max_iterations: 1, tools });

    const last = room.conversation.at(-1);
    expect(last?.content).toEqual([{ type: 'text', text: 'Just one more.' }]);
    expect(last?.tool_calls).toBeUndefined();
    expect(room.steps.filter((step) => step === 'tool echo')).toHaveLength(1);
  });

  test('more calls in one answer than allowed are refused, and the model is told so', async () => {
    const room = loopRoom({
      answers: [calling(['echo'], ['echo'], ['echo']), { text: 'Done.' }],
      tools: { echo: () => 'echoed' },
    });

    await room.run({ max_tool_calls: 2 });

    expect(resultsIn(room.conversation)).toEqual([
      { id: 'call-1', content: 'echoed', isError: false },
      { id: 'call-2', content: 'echoed', isError: false },
      { id: 'call-3', content: expect.stringContaining('at most 2 tool calls'), isError: true },
    ]);
  });
});
