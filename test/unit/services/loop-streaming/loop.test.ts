/** The loop from prompt to answer: order, parallel calls, retries, steering and resumption. */
import { describe, expect, test } from 'vitest';
import type { Message, ToolCall } from '../../../../src/protocol/data.ts';
import { PatchbayError } from '../../../../src/protocol/errors.ts';
import { calling, loopRoom, PROMPT, resultsIn } from './loop-room.ts';

const busy = (retryAfterMs?: number) => new PatchbayError('rate_limit', 'Slow down.', { retryAfterMs });

describe('the order of events (RT-40)', () => {
  test('is the golden order: prompt, then model and tools in turns, then the ends', async () => {
    const room = loopRoom({
      answers: [
        {
          content: [
            { type: 'thinking', thinking: 'I should look.' },
            { type: 'text', text: 'Looking.' },
          ],
          tool_calls: calling(['echo']).tool_calls,
        },
        { text: 'Done.' },
      ],
      tools: { echo: () => 'echoed' },
    });

    expect(await room.run()).toBe('Done.');

    const block = ['hook content_block:start', 'hook content_block:end'];
    const thinking = ['hook content_block:start', 'hook thinking:final', 'hook content_block:end'];
    const model = ['hook provider:request', 'hook llm:request', 'model', 'hook llm:response'];
    expect(room.steps).toEqual([
      'hook execution:start',
      'hook prompt:submit',
      'message user',
      ...model,
      ...thinking,
      ...block,
      'message assistant',
      'hook tool:pre',
      'tool echo',
      'hook tool:post',
      'message tool',
      ...model,
      'message assistant',
      'hook orchestrator:complete',
      'hook prompt:complete',
      'hook execution:end',
    ]);
  });

  test('holds in what the payloads say of the prompt, the calls and the answer', async () => {
    const usage = { input_tokens: 7, output_tokens: 3, total_tokens: 10 };
    const room = loopRoom({
      answers: [calling(['echo', { text: 'hi' }]), { text: 'Done.', usage, metadata: { model: 'fake-1' } }],
      tools: { echo: ({ text }) => text },
    });

    await room.run({ model: 'fake-1' });

    expect(room.hookData('prompt:submit')).toEqual([{ prompt: PROMPT }]);
    expect(room.hookData('provider:request')).toMatchObject([
      { iteration: 1, model: 'fake-1' },
      { iteration: 2 },
    ]);
    const call = { tool_name: 'echo', tool_call_id: 'call-1', tool_input: { text: 'hi' } };
    expect(room.hookData('tool:pre')).toEqual([call]);
    expect(room.hookData('tool:post')).toEqual([{ ...call, result: { success: true, output: 'hi' } }]);
    expect(room.hookData('llm:response')[1]).toEqual({
      provider: 'fake',
      model: 'fake-1',
      usage,
      status: 'ok',
    });
    expect(room.hookData('orchestrator:complete')).toEqual([
      { orchestrator: 'streaming', turn_count: 2, status: 'success' },
    ]);
  });

  test('tells of a tool that breaks, and goes on', async () => {
    const room = loopRoom({
      answers: [calling(['broken']), { text: 'Done.' }],
      tools: {
        broken: () => {
          throw new PatchbayError('crashed', 'Service "x" stopped.');
        },
      },
    });

    await room.run();

    expect(room.hookData('tool:error')).toMatchObject([
      { tool_name: 'broken', error: { type: 'crashed', message: 'Service "x" stopped.' } },
    ]);
    expect(resultsIn(room.conversation)).toEqual([
      { id: 'call-1', content: 'Service "x" stopped.', isError: true },
    ]);
  });
});

describe('several calls in one answer (RT-13)', () => {
  test('run at once, and their results are added in call order', async () => {
    const release = new Map<string, () => void>();
    const started = Promise.withResolvers<void>();
    const hold = ({ name }: Record<string, unknown>) =>
      new Promise((resolve) => {
        release.set(String(name), () => resolve(`result of ${name}`));
        if (release.size === 3) started.resolve();
      });
    const room = loopRoom({
      answers: [
        calling(['hold', { name: 'a' }], ['hold', { name: 'b' }], ['hold', { name: 'c' }]),
        { text: 'Done.' },
      ],
      tools: { hold },
    });

    const running = room.run();
    // Each of them waits until all three have begun.
    await started.promise;
    for (const name of ['c', 'a', 'b']) release.get(name)?.();
    await running;

    expect(resultsIn(room.conversation).map(({ content }) => content)).toEqual([
      'result of a',
      'result of b',
      'result of c',
    ]);
  });

  test('one that fails leaves its neighbours alone', async () => {
    const room = loopRoom({
      answers: [calling(['echo'], ['missing'], ['fail']), { text: 'Done.' }],
      tools: { echo: () => 'echoed', fail: () => ({ success: false, error: { message: 'No such file.' } }) },
    });

    await room.run();

    expect(resultsIn(room.conversation)).toEqual([
      { id: 'call-1', content: 'echoed', isError: false },
      { id: 'call-2', content: 'There is no tool "missing".', isError: true },
      { id: 'call-3', content: 'No such file.', isError: true },
    ]);
  });

  test('arguments that are no JSON are given back to the model, and nothing runs', async () => {
    const room = loopRoom({
      answers: [calling(['echo', { $invalid_arguments: '{"text": ' }]), { text: 'Done.' }],
      tools: { echo: () => 'echoed' },
    });

    await room.run();

    expect(resultsIn(room.conversation)).toEqual([
      { id: 'call-1', content: expect.stringContaining('not valid JSON'), isError: true },
    ]);
    expect(room.steps).not.toContain('tool echo');
    expect(room.steps).not.toContain('hook tool:pre');
  });

  test('a result is text, an image or JSON, as it came', async () => {
    const image = { type: 'image', mime_type: 'image/png', data: 'iVBORw0KGgo=' };
    const room = loopRoom({
      answers: [calling(['text'], ['image'], ['object'], ['nothing']), { text: 'Done.' }],
      tools: { text: () => 'plain', image: () => image, object: () => ({ a: 1 }), nothing: () => null },
    });

    await room.run();

    expect(resultsIn(room.conversation).map(({ content }) => content)).toEqual([
      'plain',
      [image],
      '{"a":1}',
      'Done.',
    ]);
  });
});

describe('a model call that fails (RT-43)', () => {
  test('is tried again with a note for each try, honouring Retry-After', async () => {
    const room = loopRoom({ answers: [busy(), busy(3), { text: 'At last.' }] });

    expect(await room.run()).toBe('At last.');

    expect(room.notes).toEqual([
      {
        event: 'provider:retry',
        data: { attempt: 1, delay_ms: expect.any(Number), kind: 'rate_limit', message: 'Slow down.' },
      },
      {
        event: 'provider:retry',
        data: { attempt: 2, delay_ms: 3, kind: 'rate_limit', message: 'Slow down.' },
      },
    ]);
    expect(room.hookData('provider:retry')).toMatchObject([
      { attempt: 1, max_retries: 4 },
      { attempt: 2, delay_s: 0.003 },
    ]);
    // Gate and conversation belong to the request, not to the try.
    expect(room.hookData('provider:request')).toHaveLength(1);
  });

  test('is given up when the tries are used up, with the last error', async () => {
    const room = loopRoom({ answers: [busy(), new PatchbayError('network', 'Cut off.')] });

    await expect(room.run({ max_retries: 2 })).rejects.toMatchObject({
      kind: 'network',
      message: 'Cut off.',
    });

    expect(room.requests).toHaveLength(3);
    expect(room.hookData('provider:error')).toHaveLength(3);
    expect(room.hookData('execution:end')).toMatchObject([{ status: 'error' }]);
  });

  test('is not repeated when that would not help', async () => {
    const room = loopRoom({ answers: [new PatchbayError('auth', 'The key was refused.')] });

    await expect(room.run()).rejects.toMatchObject({ kind: 'auth' });

    expect(room.requests).toHaveLength(1);
    expect(room.notes).toEqual([]);
  });

  test('waits no longer when the turn is stopped', async () => {
    const stop = new AbortController();
    const room = loopRoom({
      answers: [busy(60_000)],
      hooks: {
        'provider:retry': () => {
          stop.abort();
          return { action: 'CONTINUE' };
        },
      },
    });

    await expect(room.run({}, stop.signal)).rejects.toMatchObject({ kind: 'cancelled' });

    expect(room.requests).toHaveLength(1);
  });
});

describe('text typed while the turn runs (RT-45)', () => {
  test('reaches the model before its next call', async () => {
    const room = loopRoom({
      answers: [calling(['type']), { text: 'As you wish.' }],
      tools: { type: () => room.steer('Use tabs.') },
    });

    await room.run();

    expect(room.requests[1]?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'user']);
    expect(room.requests[1]?.messages.at(-1)?.content).toBe('Use tabs.');
  });

  test('makes a turn go on that would have ended', async () => {
    const answers = [
      async () => {
        await room.steer('One more thing.');
        return { text: 'Finished.' };
      },
      { text: 'That too.' },
    ];
    const room = loopRoom({ answers });

    expect(await room.run()).toBe('That too.');

    expect(room.conversation.map(({ content }) => content)).toEqual([
      PROMPT,
      'Finished.',
      'One more thing.',
      'That too.',
    ]);
  });

  test('is refused once nobody will read it, so that it can be sent as a prompt', async () => {
    const refusals: unknown[] = [];
    const late = () => {
      void room.steer('Too late.').catch((error: unknown) => refusals.push(error));
      return { action: 'CONTINUE' as const };
    };
    const room = loopRoom({
      answers: [{ text: 'Finished.' }],
      hooks: { 'orchestrator:complete': late },
    });

    await room.run();
    await expect(room.steer('Much too late.')).rejects.toMatchObject({ kind: 'config' });

    expect(refusals).toMatchObject([{ message: expect.stringContaining('send it as a prompt') }]);
    expect(room.conversation).toHaveLength(2);
  });

  test('is still read by the last call at a limit', async () => {
    const room = loopRoom({
      answers: [calling(['type']), { text: 'Concluded.' }],
      tools: { type: () => room.steer('And hurry.') },
    });

    await room.run({ max_iterations: 1 });

    expect(room.requests[1]?.messages.map(({ content }) => content)).toContain('And hurry.');
  });
});

describe('a turn that is resumed (RT-33)', () => {
  const echo = (id: string): ToolCall => ({ id, name: 'echo', arguments: { of: id } });
  const asked: Message = { role: 'assistant', content: '', tool_calls: [echo('call-1'), echo('call-2')] };

  test('begins with the calls that were not started, and adds no prompt', async () => {
    const room = loopRoom({ answers: [{ text: 'Done.' }], tools: { echo: ({ of }) => `ran ${of}` } });
    room.conversation.push({ role: 'user', content: PROMPT }, asked);

    await room.run({ resume: true, pending_calls: [echo('call-1'), echo('call-2')] });

    expect(room.hookData('prompt:submit')).toEqual([]);
    expect(room.hookData('tool:pre')).toHaveLength(2);
    expect(room.conversation.map(({ role, content }) => [role, content])).toEqual([
      ['user', PROMPT],
      ['assistant', ''],
      ['tool', 'ran call-1'],
      ['tool', 'ran call-2'],
      ['assistant', 'Done.'],
    ]);
  });

  test('takes the results of calls that had run, past the hooks that look at results', async () => {
    const room = loopRoom({
      answers: [{ text: 'Done.' }],
      tools: { echo: () => 'ran again' },
      hooks: { 'tool:post': { action: 'MODIFY', data: { result: { success: true, output: 'redacted' } } } },
    });
    room.conversation.push({ role: 'user', content: PROMPT }, asked);

    const finished = { call: echo('call-1'), result: { success: true, output: 'a secret' } };
    await room.run({ resume: true, finished_calls: [finished], pending_calls: [] });

    expect(room.steps).not.toContain('tool echo');
    expect(room.hookData('tool:pre')).toEqual([]);
    expect(room.hookData('tool:post')).toMatchObject([{ result: { output: 'a secret' } }]);
    expect(resultsIn(room.conversation)).toEqual([{ id: 'call-1', content: 'redacted', isError: false }]);
  });
});
