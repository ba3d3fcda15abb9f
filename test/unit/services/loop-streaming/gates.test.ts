/** What the loop makes of DENY, MODIFY and ASK_USER, at every hook point (RT-42). */
import { describe, expect, test } from 'vitest';
import type { HookResult } from '../../../../src/protocol/hooks.ts';
import { calling, loopRoom, PROMPT, resultsIn } from './loop-room.ts';

const DENY: HookResult = { action: 'DENY', reason: 'not on a Friday', hook: 'calendar' };
const ASK: HookResult = {
  action: 'ASK_USER',
  approval_prompt: 'Really?',
  hook: 'careful',
  service: 'guards',
};
const modify = (data: Record<string, unknown>): HookResult => ({ action: 'MODIFY', data });

/** One call of a tool that says what it was given, under these hooks and this answer of the person. */
function oneCall(
  hooks: NonNullable<Parameters<typeof loopRoom>[0]['hooks']>,
  approval?: Parameters<typeof loopRoom>[0]['approval'],
) {
  return loopRoom({
    answers: [calling(['echo', { text: 'hi' }]), { text: 'Done.' }],
    tools: { echo: ({ text }) => `ran with ${text}` },
    hooks,
    approval,
  });
}

describe('DENY (RT-42)', () => {
  test('at prompt:submit ends the turn before the prompt is in the conversation', async () => {
    const room = loopRoom({ answers: [{ text: 'Never.' }], hooks: { 'prompt:submit': DENY } });

    await expect(room.run()).rejects.toMatchObject({
      kind: 'denied',
      message: expect.stringContaining('not on a Friday'),
    });

    expect(room.requests).toEqual([]);
    expect(room.conversation).toEqual([]);
  });

  test('at provider:request ends the turn before a model is called', async () => {
    const room = loopRoom({ answers: [{ text: 'Never.' }], hooks: { 'provider:request': DENY } });

    await expect(room.run()).rejects.toMatchObject({ kind: 'denied' });

    expect(room.requests).toEqual([]);
  });

  test('at tool:pre keeps the tool from running and tells the model why', async () => {
    const room = oneCall({ 'tool:pre': DENY });

    expect(await room.run()).toBe('Done.');

    expect(room.steps).not.toContain('tool echo');
    expect(resultsIn(room.requests[1]?.messages ?? [])).toEqual([
      { id: 'call-1', content: 'Denied by hook: not on a Friday', isError: true },
    ]);
  });

  test('at tool:post keeps the result from the model and tells it why', async () => {
    const room = oneCall({ 'tool:post': DENY });

    await room.run();

    expect(room.steps).toContain('tool echo');
    expect(resultsIn(room.conversation)).toEqual([
      { id: 'call-1', content: 'The result was withheld by a hook: not on a Friday', isError: true },
    ]);
  });

  test('of one call leaves its neighbours alone', async () => {
    const room = loopRoom({
      answers: [calling(['echo', { text: 'a' }], ['echo', { text: 'b' }]), { text: 'Done.' }],
      tools: { echo: ({ text }) => `ran with ${text}` },
      hooks: {
        'tool:pre': ({ tool_call_id: id }) => (id === 'call-1' ? DENY : { action: 'CONTINUE' }),
      },
    });

    await room.run();

    expect(resultsIn(room.conversation).map(({ isError }) => isError)).toEqual([true, false]);
  });
});

describe('MODIFY (RT-42)', () => {
  test('at prompt:submit changes what the model is asked', async () => {
    const room = loopRoom({
      answers: [{ text: 'Done.' }],
      hooks: { 'prompt:submit': modify({ prompt: 'Do it well.' }) },
    });

    await room.run();

    expect(room.conversation[0]).toEqual({ role: 'user', content: 'Do it well.' });
  });

  test('at provider:request changes which model of which provider is asked', async () => {
    const room = loopRoom({
      answers: [{ text: 'Done.' }],
      hooks: { 'provider:request': modify({ provider: 'other', model: 'other-1' }) },
    });

    await room.run({ model: 'fake-1' });

    expect(room.requests[0]?.model).toBe('other-1');
    expect(room.hookData('llm:request')).toMatchObject([{ provider: 'other' }]);
  });

  test('at tool:pre changes what the tool gets, and what later hooks are told', async () => {
    const room = oneCall({ 'tool:pre': modify({ tool_input: { text: 'bye' } }) });

    await room.run();

    expect(resultsIn(room.conversation)[0]?.content).toBe('ran with bye');
    expect(room.hookData('tool:post')).toMatchObject([{ tool_input: { text: 'bye' } }]);
  });

  test('at tool:post changes what the model reads', async () => {
    const result = { success: false, output: null, error: { message: 'nothing to see' } };
    const room = oneCall({ 'tool:post': modify({ result }) });

    await room.run();

    expect(resultsIn(room.conversation)).toEqual([
      { id: 'call-1', content: 'nothing to see', isError: true },
    ]);
  });
});

describe('MODIFY that the person wants to see first (RT-42)', () => {
  const change: HookResult = {
    ...modify({ tool_input: { text: 'bye' } }),
    approval_prompt: 'Say bye instead?',
  };

  test('shows the change before and after, with Accept / Keep original', async () => {
    const room = oneCall({ 'tool:pre': change }, { choice: 'Accept' });

    await room.run();

    expect(room.questions).toMatchObject([
      {
        prompt: 'Say bye instead?',
        options: ['Accept', 'Keep original', 'Deny'],
        subject: { call_id: 'call-1', before: { text: 'hi' }, after: { text: 'bye' } },
      },
    ]);
    expect(resultsIn(room.conversation)[0]?.content).toBe('ran with bye');
  });

  test.each([
    ['Keep original', undefined, 'ran with hi', false],
    ['Accept', { text: 'farewell' }, 'ran with farewell', false],
    ['Deny', undefined, 'Denied by hook: The person refused the change.', true],
  ] as const)('does what "%s" means, edited %o', async (choice, edited, content, isError) => {
    const room = oneCall({ 'tool:pre': change }, { choice, edited });

    await room.run();

    expect(resultsIn(room.conversation)).toEqual([{ id: 'call-1', content, isError }]);
  });

  test('at tool:post shows the result, not the input that nobody changes', async () => {
    const room = oneCall(
      { 'tool:post': { ...modify({ result: { success: true, output: 'shorter' } }), approval_prompt: '?' } },
      { choice: 'Accept' },
    );

    await room.run();

    expect(room.questions[0]?.subject).toMatchObject({
      before: { output: 'ran with hi' },
      after: { output: 'shorter' },
    });
    expect(resultsIn(room.conversation)[0]?.content).toBe('shorter');
  });
});

describe('ASK_USER (RT-42)', () => {
  test('asks with what would be done, who asks and why', async () => {
    const room = oneCall({ 'tool:pre': { ...ASK, reason: 'it writes', approval_timeout: 7 } });

    await room.run();

    expect(room.questions).toMatchObject([
      {
        prompt: 'Really?',
        options: ['Allow once', 'Deny'],
        timeout_s: 7,
        default: 'deny',
        subject: {
          call_id: 'call-1',
          tool_name: 'echo',
          tool_input: { text: 'hi' },
          hook: 'careful',
          service: 'guards',
          reason: 'it writes',
        },
      },
    ]);
    expect(resultsIn(room.conversation)[0]?.content).toBe('ran with hi');
    expect(room.hookData('approval:granted')).toMatchObject([{ choice: 'Allow once', by: 'person' }]);
  });

  test('runs what the person made of it', async () => {
    const room = oneCall({ 'tool:pre': ASK }, { choice: 'Allow once', edited: { text: 'hello' } });

    await room.run();

    expect(resultsIn(room.conversation)[0]?.content).toBe('ran with hello');
    expect(room.hookData('tool:post')).toMatchObject([{ tool_input: { text: 'hello' } }]);
  });

  test.each([
    [{ choice: 'Deny', reason: 'use the other one', by: 'person' as const }, /said no: use the other one/],
    [{ choice: 'Deny', by: 'person' as const }, /said no\./],
    [{ choice: 'Deny', reason: 'nobody answered in time', by: 'timeout' as const }, /default: nobody/],
    [{ choice: 'Anything else', by: 'person' as const }, /said no/],
  ])('tells the model the reason of a refusal: %o', async (approval, reason) => {
    const room = oneCall({ 'tool:pre': ASK }, approval);

    await room.run();

    expect(room.steps).not.toContain('tool echo');
    expect(resultsIn(room.conversation)).toEqual([
      { id: 'call-1', content: expect.stringMatching(reason), isError: true },
    ]);
    expect(room.hookData('approval:denied')).toHaveLength(1);
  });

  test.each(['prompt:submit', 'provider:request'])('at %s ends the turn when refused', async (event) => {
    const room = loopRoom({
      answers: [{ text: 'Done.' }],
      hooks: { [event]: ASK },
      approval: { choice: 'Deny' },
    });

    await expect(room.run()).rejects.toMatchObject({ kind: 'denied' });

    expect(room.requests).toEqual([]);
  });

  test.each(['prompt:submit', 'provider:request'])(
    'at %s lets the turn go on when granted',
    async (event) => {
      const room = loopRoom({ answers: [{ text: 'Done.' }], hooks: { [event]: ASK } });

      expect(await room.run()).toBe('Done.');

      expect(room.questions).toHaveLength(1);
      expect(room.conversation[0]).toEqual({ role: 'user', content: PROMPT });
    },
  );

  test('at tool:post decides whether the model gets the result', async () => {
    const room = oneCall({ 'tool:post': ASK }, { choice: 'Deny', reason: 'too private' });

    await room.run();

    expect(resultsIn(room.conversation)[0]?.content).toMatch(/withheld by a hook: .*too private/);
  });

  test('of one call does not hold the others up', async () => {
    const answered = Promise.withResolvers<void>();
    const room = loopRoom({
      answers: [calling(['careful'], ['free']), { text: 'Done.' }],
      tools: {
        careful: () => 'ran at last',
        // The question is answered only after the other call has run.
        free: () => answered.resolve(),
      },
      hooks: { 'tool:pre': ({ tool_name }) => (tool_name === 'careful' ? ASK : { action: 'CONTINUE' }) },
      approval: answered.promise.then(() => ({ choice: 'Allow once' })),
    });

    await room.run();

    expect(room.steps.indexOf('tool free')).toBeLessThan(room.steps.indexOf('tool careful'));
    expect(resultsIn(room.conversation).map(({ id }) => id)).toEqual(['call-1', 'call-2']);
  });
});
