/** Which step of a script is next, told by the messages alone (RT-52). */
import { describe, expect, test } from 'vitest';
import type { Message } from '../../../../src/protocol/data.ts';
import { chooseStep } from '../../../../src/services/provider-replay/choose-step.ts';
import { Script } from '../../../../src/services/provider-replay/script-schema.ts';

const calls = [{ name: 'look' }];
const script = Script.parse({
  conversations: [
    {
      match: ['fix it', '/^repair\\b/i'],
      turns: [
        { text: 'first', tool_calls: calls },
        {
          text: 'second',
          tool_calls: calls,
          branches: [
            { when: { denied: true, tool: 'look' }, text: 'denied' },
            { when: { failed: true }, text: 'failed' },
            { when: { contains: 'gold' }, text: 'found gold' },
          ],
        },
        { text: 'third' },
      ],
    },
    { turns: [{ text: 'anything else' }] },
  ],
});

const user = (content: string): Message => ({ role: 'user', content });
const called: Message = {
  role: 'assistant',
  content: '',
  tool_calls: [{ id: '1', name: 'look', arguments: {} }],
};
const answered: Message = { role: 'assistant', content: 'done' };
const result = (content: string, isError = false): Message => ({
  role: 'tool',
  name: 'look',
  tool_call_id: '1',
  content,
  ...(isError && { metadata: { is_error: true } }),
});

/** The text of the step, or what kind of choice it is. */
function next(...messages: Message[]): string | undefined {
  const choice = chooseStep(script, messages);
  return choice.kind === 'step' ? choice.step.text : choice.kind;
}

describe('the next step', () => {
  test('is the first of the conversation that the prompt matches, in either case (RT-52)', () => {
    expect(next(user('Please FIX IT now'))).toBe('first');
    expect(next(user('Repair the roof'))).toBe('first');
    expect(next(user('Hello'))).toBe('anything else');
  });

  test('counts the answers since the prompt (RT-52)', () => {
    expect(next(user('fix it'), called, result('tin'))).toBe('second');
    expect(next(user('fix it'), called, result('tin'), called, result('tin'))).toBe('third');
  });

  test('starts over with a new prompt of the same session (RT-52)', () => {
    expect(next(user('fix it'), called, result('tin'), answered, user('fix it'))).toBe('first');
    expect(next(user('hello'), answered, user('fix it'), called, result('tin'))).toBe('second');
    expect(next(user('fix it'), answered, user('hello'))).toBe('anything else');
  });

  test('starts over after a turn that was stopped between call and answer (RT-52)', () => {
    expect(next(user('fix it'), called, result('tin'), user('fix it'))).toBe('first');
  });

  test('is not disturbed by a remark on the way or by text that a hook adds (RT-45)', () => {
    expect(next(user('fix it'), called, result('tin'), user('and be quick'))).toBe('second');
    expect(next(user('(today is Monday)'), user('fix it'), called, result('tin'))).toBe('second');
    expect(next(user('fix it'), user('(today is Monday)'))).toBe('first');
    expect(next({ role: 'system', content: 'x' }, user('fix it'))).toBe('first');
  });

  test('is the first branch whose condition one of the last results meets (RT-52)', () => {
    expect(next(user('fix it'), called, result('Denied by hook: no', true))).toBe('denied');
    expect(next(user('fix it'), called, result('no such file', true))).toBe('failed');
    expect(next(user('fix it'), called, result('a vein of gold'))).toBe('found gold');
    expect(next(user('fix it'), called, result('denied'))).toBe('second');
  });

  test('looks at the results of the last calls only (RT-52)', () => {
    expect(next(user('fix it'), called, result('gold'), called, result('tin'))).toBe('third');
  });

  test('is none when the conversation is over (RT-52)', () => {
    const played = [called, result('x'), called, result('x'), called, result('x')];
    expect(next(user('fix it'), ...played)).toBe('over');
  });

  test('is none when no conversation is for the prompt (RT-52)', () => {
    const narrow = { ...script, conversations: script.conversations.slice(0, 1) };
    expect(chooseStep(narrow, [user('hello')])).toEqual({ kind: 'unknown' });
    expect(chooseStep(narrow, [])).toEqual({ kind: 'unknown' });
  });
});
