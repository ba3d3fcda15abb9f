/** Several hooks of one service run by priority and answer as one (protocol.md §7). */
import { expect, it } from 'vitest';
import type { HookDefinition, HookOutcome } from '../../../src/sdk/define.ts';
import { defineHook } from '../../../src/sdk/index.ts';
import { inProcess } from '../../builders/in-process-service.ts';

interface Heard {
  readonly hook: string;
  readonly event: string;
  readonly data: unknown;
}

function hooksOf(list: readonly (Partial<HookDefinition> & { name: string; answer?: unknown })[]) {
  const heard: Heard[] = [];
  const hooks = list.map(({ answer, ...hook }) =>
    defineHook({
      events: ['tool:pre'],
      handle: (event, data) => {
        heard.push({ hook: hook.name, event, data: { ...data } });
        return answer as HookOutcome;
      },
      ...hook,
    }),
  );
  const service = inProcess({ name: 's', hooks });
  return { heard, emit: (event: string, data = {}) => service.call('hook.emit', { event, data }) };
}

it('hooks run by ascending priority, equal ones in the order of their definition', async () => {
  const { heard, emit } = hooksOf([
    { name: 'late', priority: 200 },
    { name: 'default' },
    { name: 'also default' },
    { name: 'early', priority: -1 },
  ]);
  expect(await emit('tool:pre')).toEqual({ action: 'CONTINUE' });
  expect(heard.map(({ hook }) => hook)).toEqual(['early', 'default', 'also default', 'late']);
});

it('only hooks of the event run; "*" hears every event but those of single tokens', async () => {
  const { heard, emit } = hooksOf([
    { name: 'all', events: ['*'] },
    { name: 'tokens', events: ['content_block:delta'] },
    { name: 'post', events: ['tool:post'] },
  ]);
  for (const event of ['tool:post', 'content_block:delta', 'something:new']) await emit(event);
  expect(heard.map(({ hook, event }) => `${hook} ${event}`)).toEqual([
    'all tool:post',
    'post tool:post',
    'tokens content_block:delta',
    'all something:new',
  ]);
});

it('a change is what the next hook sees, and the answer names the hook it is of', async () => {
  const { heard, emit } = hooksOf([
    { name: 'first', answer: { action: 'MODIFY', data: { n: 1 } } },
    { name: 'second', answer: undefined },
  ]);
  expect(await emit('tool:pre', { a: 'x' })).toMatchObject({
    action: 'MODIFY',
    data: { a: 'x', n: 1 },
    hook: 'first',
  });
  expect(heard[1]?.data).toEqual({ a: 'x', n: 1 });
});

it('nobody is asked after a DENY', async () => {
  const { heard, emit } = hooksOf([
    { name: 'no', answer: { action: 'DENY', reason: 'policy' } },
    { name: 'never' },
  ]);
  expect(await emit('tool:pre')).toMatchObject({ action: 'DENY', reason: 'policy', hook: 'no' });
  expect(heard).toHaveLength(1);
});

it('small letters are read, and what only carries a message goes on', async () => {
  const { emit } = hooksOf([{ name: 'a', answer: { action: 'deny' } }]);
  expect(await emit('tool:pre')).toMatchObject({ action: 'DENY' });
  const talkative = hooksOf([{ name: 'b', answer: { user_message: 'hello' } }]);
  expect(await talkative.emit('tool:pre')).toMatchObject({ action: 'CONTINUE', user_message: 'hello' });
});

it.each([
  ['text', 'DENY'],
  ['false', false],
  ['a list', []],
  ['an action that does not exist', { action: 'ALLOW' }],
  ['data that is no object', { action: 'MODIFY', data: 5 }],
])('%s is no answer of a hook: the call fails, it does not continue (RT-42a)', async (_what, answer) => {
  await expect(hooksOf([{ name: 'a', answer }]).emit('tool:pre')).rejects.toThrow();
});

it('a hook that throws fails the call', async () => {
  const { emit } = hooksOf([
    {
      name: 'a',
      handle: () => {
        throw new Error('a bug');
      },
    },
  ]);
  await expect(emit('tool:pre')).rejects.toThrow('a bug');
});
