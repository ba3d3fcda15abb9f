import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Message, messageText } from '../../../../src/protocol/data.ts';
import { contextSimple } from '../../../../src/services/context-simple/definition.ts';
import { estimateTokens } from '../../../../src/services/context-simple/estimate-tokens.ts';
import { SimpleContext } from '../../../../src/services/context-simple/simple-context.ts';
import { inProcess } from '../../../builders/in-process-service.ts';

const user = (content: string): Message => ({ role: 'user', content });
const answer = (content: string): Message => ({ role: 'assistant', content });
/** A call and its result, of about so many tokens. */
function step(id: string, tokens: number): Message[] {
  return [
    { role: 'assistant', content: '', tool_calls: [{ id, name: 'grep', arguments: {} }] },
    { role: 'tool', tool_call_id: id, name: 'grep', content: id.padEnd(tokens * 4, '.') },
  ];
}

function contextOf(...messages: Message[]): SimpleContext {
  const context = new SimpleContext();
  for (const message of messages) context.addMessage(message);
  return context;
}

const tokensOf = (messages: readonly Message[]) =>
  messages.reduce((sum, message) => sum + estimateTokens(message), 0);
const isNotice = (message: Message | undefined) =>
  /earlier messages are left out/.test(messageText(message ?? user('')));

describe('the context manager simple (RT-53)', () => {
  test('gives back what it was told, in order, until it is cleared', async () => {
    const service = inProcess(contextSimple);
    const messages = [user('hi'), ...step('a', 10), answer('done')];
    for (const message of messages) await service.call('context.add_message', { message });
    expect(await service.call('context.get_messages', {})).toEqual(messages);
    expect(await service.call('context.get_messages', { context_window: 200_000 })).toEqual(messages);
    await service.call('context.clear', {});
    expect(await service.call('context.get_messages', {})).toEqual([]);
  });

  test('closes calls that an interrupted turn left open (RT-33)', async () => {
    const service = inProcess(contextSimple);
    const [call] = step('a', 1);
    for (const message of [user('hi'), call!, user('go on')])
      await service.call('context.add_message', { message });
    const messages = await service.call('context.get_messages', {});
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'user']);
    expect(messages[2]).toMatchObject({ tool_call_id: 'a', metadata: { is_error: true } });
  });
});

describe('a conversation larger than the window (RT-46)', () => {
  const window = { contextWindow: 10_000 };

  test('has its oldest tool results shortened first, the last five kept', () => {
    const steps = Array.from({ length: 10 }, (_, index) => step(`s${index}`, 1_000)).flat();
    const context = contextOf(user('do it'), ...steps);
    const messages = context.getMessages(window);
    expect(messages).toHaveLength(21);
    const lengths = messages
      .filter(({ role }) => role === 'tool')
      .map((message) => messageText(message).length);
    expect(lengths.slice(0, 5).every((length) => length < 300)).toBe(true);
    expect(lengths.slice(5).every((length) => length === 4_000)).toBe(true);
    expect(messageText(messages[2]!)).toMatch(
      /^s0\.+\n\[The rest of this result is left out: 3800 characters\.\]$/,
    );
    expect(tokensOf(messages)).toBeLessThan(8_500);
  });

  test('then loses its oldest turns, with a notice, and begins with a user message', () => {
    const turns = Array.from({ length: 10 }, (_, index) => [
      user(`question ${index} ${'.'.repeat(2_000)}`),
      ...step(`s${index}`, 10),
      answer('x'.repeat(4_000)),
    ]).flat();
    const messages = contextOf({ role: 'system', content: 'rules' }, ...turns, user('last')).getMessages(
      window,
    );
    expect(messages[0]).toEqual({ role: 'system', content: 'rules' });
    expect(messages[1]?.role).toBe('user');
    expect(isNotice(messages[1])).toBe(true);
    expect(messageText(messages[2]!)).toMatch(/^question \d/);
    expect(messages.at(-1)).toEqual(user('last'));
    expect(tokensOf(messages)).toBeLessThanOrEqual(6_000);
  });

  test('then loses steps of the running turn, but not what was asked', () => {
    const steps = Array.from({ length: 100 }, (_, index) => [
      ...step(`s${index}`, 20),
      answer('y'.repeat(800)),
    ]).flat();
    const messages = contextOf(user('the task'), ...steps).getMessages(window);
    expect(isNotice(messages[0])).toBe(true);
    expect(messages[1]).toEqual(user('the task'));
    expect(messages[2]?.role).toBe('assistant');
    expect(messages.at(-1)).toEqual(steps.at(-1));
    expect(tokensOf(messages)).toBeLessThanOrEqual(6_000);
  });

  test('shortens even the newest result when that alone is larger than the window', () => {
    const messages = contextOf(user('do it'), ...step('s', 50_000)).getMessages(window);
    expect(messages).toHaveLength(3);
    expect(tokensOf(messages)).toBeLessThan(8_500);
  });

  test('leaves room for the answer, where the model says how long it may be', () => {
    const steps = Array.from({ length: 8 }, (_, index) => step(`s${index}`, 900)).flat();
    const context = contextOf(user('do it'), ...steps);
    expect(tokensOf(context.getMessages(window))).toBeGreaterThan(7_000);
    expect(tokensOf(context.getMessages({ ...window, maxOutputTokens: 4_000 }))).toBeLessThanOrEqual(5_100);
  });

  test('keeps its beginning the same from call to call, for the cache of the model', () => {
    const context = contextOf(user('do it'));
    let before: Message[] = [];
    let changes = 0;
    for (let index = 0; index < 100; index += 1) {
      for (const message of step(`s${index}`, 300)) context.addMessage(message);
      const messages = context.getMessages(window);
      const isContinued = JSON.stringify(messages.slice(0, before.length)) === JSON.stringify(before);
      if (!isContinued) changes += 1;
      before = messages;
    }
    expect(changes).toBeLessThan(15);
  });

  test('is whole again in a larger window, since what is stored is never changed', () => {
    const stored = [
      user('do it'),
      ...Array.from({ length: 20 }, (_, index) => step(`s${index}`, 1_000)).flat(),
    ];
    const copy = structuredClone(stored);
    const context = contextOf(...stored);
    context.getMessages(window);
    expect(stored).toEqual(copy);
    expect(context.getMessages({ contextWindow: 1_000_000 })).toEqual(copy);
    expect(context.getMessages({})).toEqual(copy);
  });

  test('never parts a call from its results, whatever its form (property)', () => {
    const part = fc.oneof(
      fc.nat(2_000).map((length) => [user('u'.repeat(length))]),
      fc.nat(2_000).map((length) => [answer('a'.repeat(length))]),
      fc.nat(1_000).map((tokens) => step('id', tokens)),
    );
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 200, max: 5_000 }),
        (parts, size) => {
          const context = contextOf(user('first'), ...parts.flat());
          const messages = context.getMessages({ contextWindow: size });
          expect(messages[0]?.role).toBe('user');
          for (const [index, message] of messages.entries()) {
            const isCall = (message.tool_calls ?? []).length > 0;
            expect(messages[index + 1]?.role === 'tool').toBe(isCall);
          }
          expect(context.getMessages({ contextWindow: size })).toEqual(messages);
        },
      ),
    );
  });
});

describe('an estimate of tokens', () => {
  test('is a quarter of the characters, calls included', () => {
    expect(estimateTokens(user('x'.repeat(400)))).toBe(104);
    expect(estimateTokens(step('a', 100)[1]!)).toBe(104);
    expect(estimateTokens(step('a', 1)[0]!)).toBeGreaterThan(10);
  });

  test('of an image does not count its bytes', () => {
    const image = { type: 'image', mime_type: 'image/png', data: 'A'.repeat(1_000_000) };
    expect(estimateTokens({ role: 'tool', content: [image] })).toBe(1_604);
  });
});
