import { expect, test } from 'vitest';
import { todoTools } from '../../../../src/services/tools-todo/definition.ts';
import { toolsOf } from '../../../builders/tool.ts';

/** A session's state, as the host keeps it between turns. */
function stateful(state = new Map<string, unknown>()) {
  return {
    state,
    tools: toolsOf(todoTools, {
      cwd: '/',
      host: {
        'request.state_get': ({ key }) => ({ value: state.get(key) ?? null }),
        'request.state_set': ({ key, value }) => {
          state.set(key, value);
          return { ok: true };
        },
      },
    }),
  };
}

const step = (content: string, status = 'pending') => ({ content, status, activeForm: `${content}ing` });

test('a list that was created is given back, in a later turn too (RT-50)', async () => {
  const { tools, state } = stateful();
  const todos = [step('read', 'in_progress'), step('write')];
  expect(await tools.output('todo', { action: 'create', todos })).toEqual({
    status: 'created',
    count: 2,
    todos,
  });
  const nextTurn = stateful(state).tools;
  expect(await nextTurn.output('todo', { action: 'list' })).toEqual({ status: 'listed', count: 2, todos });
});

test('an update replaces the whole list and counts it (RT-50)', async () => {
  const { tools } = stateful();
  await tools.output('todo', { action: 'create', todos: [step('a'), step('b')] });
  const todos = [step('a', 'completed'), step('c', 'in_progress'), step('d'), step('e')];
  expect(await tools.output('todo', { action: 'update', todos })).toEqual({
    status: 'updated',
    count: 4,
    pending: 2,
    in_progress: 1,
    completed: 1,
  });
  expect(await tools.output('todo', { action: 'list' })).toMatchObject({ todos });
  await tools.output('todo', { action: 'update', todos: [] });
  expect(await tools.output('todo', { action: 'list' })).toEqual({ status: 'listed', count: 0, todos: [] });
});

test('a session that has no list has an empty one', async () => {
  expect(await stateful().tools.output('todo', { action: 'list' })).toEqual({
    status: 'listed',
    count: 0,
    todos: [],
  });
});

test('what is missing or misspelt is said', async () => {
  const { tools, state } = stateful();
  expect(await tools.failure('todo', { action: 'create' })).toMatch(
    /"todos" is missing: create needs the whole list/,
  );
  expect(await tools.failure('todo', { action: 'delete' })).toMatch(/expected one of create, update, list/);
  const todos = [{ content: 'a', status: 'done' }];
  expect(await tools.failure('todo', { action: 'create', todos })).toMatch(
    /todos\.0\.status: expected one of/,
  );
  expect(state.size).toBe(0);
});

test('a stored list that is damaged is said to be', async () => {
  const { tools } = stateful(new Map([['todos', 'no list']]));
  expect(await tools.failure('todo', { action: 'list' })).toMatch(/can't be read/);
});
