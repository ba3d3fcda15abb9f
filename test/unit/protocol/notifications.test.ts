/** One-way messages in the reference's older spellings (protocol.md §4). */
import { expect, it } from 'vitest';
import { isNotification, JOINABLE, NOTIFICATIONS } from '../../../src/protocol/notifications.ts';

it.each([
  ['stream.token', { token: 'a' }, { text: 'a' }],
  ['stream.thinking', { thinking: 'hm' }, { text: 'hm' }],
  ['stream.provider.token', { token: 'a', call_id: 7 }, { text: 'a', call_id: 7 }],
  ['stream.provider.thinking', { text: 'hm', call_id: 'h1' }, { text: 'hm', call_id: 'h1' }],
  ['stream.tool_call_start', { tool_name: 'grep', id: '1' }, { name: 'grep', id: '1' }],
  ['stream.content_block_start', { block_type: 'text', index: 0 }, { type: 'text', index: 0 }],
  ['stream.content_block_end', { type: 'text', index: 0, extra: 1 }, { type: 'text', index: 0, extra: 1 }],
  ['stream.tool_call', { tool_name: 'grep' }, { tool_name: 'grep', arguments: {} }],
  ['stream.tool_result', { tool_name: 'grep' }, { tool_name: 'grep', success: true }],
  ['log', { message: 'hello' }, { message: 'hello', level: 'info' }],
] as const)('%s is read from %j', (name, given, read) => {
  expect(NOTIFICATIONS[name].parse(given)).toEqual(read);
});

it.each([
  ['stream.token', {}],
  ['stream.token', { text: 5 }],
  ['stream.token', 'a'],
  ['stream.todo_update', { todos: [{ content: 'x', status: 'someday' }] }],
  ['log', { message: 'x', level: 'loud' }],
] as const)('%s is refused as %j', (name, given) => {
  expect(NOTIFICATIONS[name].safeParse(given).success).toBe(false);
});

it('only names of the table are notifications, not what every object has', () => {
  expect(isNotification('stream.token')).toBe(true);
  expect(isNotification('stream.nonsense')).toBe(false);
  expect(isNotification('constructor')).toBe(false);
});

it('only streams of text are joined', () => {
  expect([...JOINABLE].every(isNotification)).toBe(true);
  expect(JOINABLE.has('stream.tool_call')).toBe(false);
});
