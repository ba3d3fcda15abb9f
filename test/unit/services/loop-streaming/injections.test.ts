/** What hooks add for the model (INJECT_CONTEXT), at every hook point (RT-42). */
import { describe, expect, test } from 'vitest';
import type { Message } from '../../../../src/protocol/data.ts';
import type { HookResult } from '../../../../src/protocol/hooks.ts';
import { injectionOf, withInjection, withText } from '../../../../src/services/loop-streaming/injection.ts';
import { calling, loopRoom, PROMPT, resultsIn } from './loop-room.ts';

const inject = (more: Partial<HookResult> = {}): HookResult => ({
  action: 'INJECT_CONTEXT',
  context_injection: 'It is Friday.',
  ...more,
});
const note: Message = { role: 'user', content: 'It is Friday.' };

/** Only the first time, so that what is left of it can be told from what is added anew. */
function once(result: HookResult): () => HookResult {
  let asked = false;
  return () => {
    if (asked) return { action: 'CONTINUE' };
    asked = true;
    return result;
  };
}

const withTool = (hooks: NonNullable<Parameters<typeof loopRoom>[0]['hooks']>, output: unknown = 'echoed') =>
  loopRoom({ answers: [calling(['echo']), { text: 'Done.' }], tools: { echo: () => output }, hooks });

describe('context added by a hook (RT-42)', () => {
  test('at prompt:submit comes before the prompt and stays', async () => {
    const room = withTool({ 'prompt:submit': inject({ context_injection_role: 'system' }) });

    await room.run();

    expect(room.conversation.slice(0, 2)).toEqual([
      { role: 'system', content: 'It is Friday.' },
      { role: 'user', content: PROMPT },
    ]);
  });

  test('at prompt:submit, ephemeral, is there for the first model call only', async () => {
    const room = withTool({ 'prompt:submit': inject({ ephemeral: true }) });

    await room.run();

    expect(room.requests[0]?.messages).toEqual([{ role: 'user', content: PROMPT }, note]);
    expect(room.requests[1]?.messages).not.toContainEqual(note);
    expect(room.conversation).not.toContainEqual(note);
  });

  test('at provider:request stays in the conversation', async () => {
    const room = withTool({ 'provider:request': once(inject()) });

    await room.run();

    expect(
      room.requests.map(({ messages }) => messages.filter((each) => each.content === note.content)),
    ).toEqual([[note], [note]]);
  });

  test('at provider:request, ephemeral, is there for that call only', async () => {
    const room = withTool({ 'provider:request': once(inject({ ephemeral: true })) });

    await room.run();

    expect(room.requests[0]?.messages.at(-1)).toEqual(note);
    expect(room.requests[1]?.messages).not.toContainEqual(note);
  });

  test('at provider:request, ephemeral, can be put at the end of the last tool result', async () => {
    const room = withTool({
      'provider:request': inject({ ephemeral: true, append_to_last_tool_result: true }),
    });

    await room.run();

    // The first call has no tool result yet.
    expect(room.requests[0]?.messages).toEqual([{ role: 'user', content: PROMPT }, note]);
    expect(resultsIn(room.requests[1]?.messages ?? [])[0]?.content).toBe('echoed\n\nIt is Friday.');
    expect(resultsIn(room.conversation)[0]?.content).toBe('echoed');
  });

  test.each(['tool:pre', 'tool:post'])('at %s comes after the results of all calls', async (event) => {
    const room = loopRoom({
      answers: [calling(['echo'], ['echo']), { text: 'Done.' }],
      tools: { echo: () => 'echoed' },
      hooks: { [event]: once(inject()) },
    });

    await room.run();

    expect(room.conversation.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'tool',
      'tool',
      'user',
      'assistant',
    ]);
    expect(room.conversation[4]).toEqual(note);
  });

  test.each(['tool:pre', 'tool:post'])('at %s can be part of the result itself', async (event) => {
    const image = { type: 'image', mime_type: 'image/png', data: 'iVBORw0KGgo=' };
    const hooks = { [event]: inject({ append_to_last_tool_result: true }) };
    const [asText, asImage] = [withTool(hooks), withTool(hooks, image)];

    await Promise.all([asText.run(), asImage.run()]);

    expect(resultsIn(asText.conversation)[0]?.content).toBe('echoed\n\nIt is Friday.');
    expect(resultsIn(asImage.conversation)[0]?.content).toEqual([
      image,
      { type: 'text', text: 'It is Friday.' },
    ]);
  });

  test.each(['tool:pre', 'tool:post'])('at %s, ephemeral, is there for the next call only', async (event) => {
    const room = loopRoom({
      answers: [calling(['echo']), calling(['echo']), { text: 'Done.' }],
      tools: { echo: () => 'echoed' },
      hooks: { [event]: once(inject({ ephemeral: true })) },
    });

    await room.run();

    expect(room.requests[1]?.messages.at(-1)).toEqual(note);
    expect(room.requests[2]?.messages).not.toContainEqual(note);
  });

  test('holds although the call is denied', async () => {
    const room = withTool({ 'tool:pre': { ...inject(), action: 'DENY', reason: 'no' } });

    await room.run();

    expect(resultsIn(room.conversation)[0]?.isError).toBe(true);
    expect(room.conversation).toContainEqual(note);
  });

  test('may be whole messages, beside the text', async () => {
    const own: Message = { role: 'assistant', content: 'I remember.' };
    const room = withTool({ 'prompt:submit': inject({ injected_messages: [own] }) });

    await room.run();

    expect(room.conversation.slice(0, 2)).toEqual([note, own]);
  });
});

describe('an injection', () => {
  test('is none when the hook adds nothing', () => {
    expect(injectionOf({ action: 'INJECT_CONTEXT' })).toBeUndefined();
    expect(injectionOf({ action: 'CONTINUE', context_injection: '' })).toBeUndefined();
  });

  test('loses no message when its text goes into a tool result', () => {
    const own: Message = { role: 'user', content: 'Remember this.' };
    const injection = injectionOf(
      inject({ append_to_last_tool_result: true, ephemeral: true, injected_messages: [own] }),
    )!;
    const conversation: Message[] = [{ role: 'tool', tool_call_id: 'call-1', content: 'echoed' }];

    expect(withInjection(conversation, injection)).toEqual([
      { role: 'tool', tool_call_id: 'call-1', content: 'echoed\n\nIt is Friday.' },
      own,
    ]);
    expect(conversation[0]?.content).toBe('echoed');
  });

  test.each([
    [null, 'more'],
    ['', 'more'],
    ['before', 'before\n\nmore'],
  ])('adds text to %o', (content, expected) => {
    expect(withText(content, 'more')).toBe(expected);
    expect(withText(content, '')).toBe(content);
  });
});
