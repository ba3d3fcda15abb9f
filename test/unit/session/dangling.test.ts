/** Tool calls that an interrupted turn left open (RT-33). */
import { describe, expect, test } from 'vitest';
import type { Message, ToolCall } from '../../../src/protocol/data.ts';
import { danglingCalls } from '../../../src/session/dangling.ts';
import { stored, toolStarted, turnStarted } from '../../builders/session-events.ts';

const user: Message = { role: 'user', content: 'Do it' };

describe('the calls of the last answer', () => {
  test('that have no result are dangling: begun ones apart from those that never began', () => {
    const transcript = [user, asking(call('a'), call('b'), call('c')), result('b')];

    const dangling = danglingCalls(transcript, stored([turnStarted, toolStarted('a')]));

    expect(dangling).toEqual({ started: [call('a')], notStarted: [call('c')] });
  });

  test('are found in the content blocks of providers that write them there', () => {
    const blocks: Message = {
      role: 'assistant',
      content: [
        { type: 'text', text: 'I will.' },
        { type: 'tool_call', id: 'a', name: 'bash', input: { command: 'ls' } },
      ],
    };

    expect(danglingCalls([user, blocks], []).notStarted).toEqual([call('a')]);
  });

  test('are none when all are answered, when there was no call, and before the first answer', () => {
    const none = { started: [], notStarted: [] };

    expect(danglingCalls([user, asking(call('a')), result('a')], stored([toolStarted('a')]))).toEqual(none);
    expect(
      danglingCalls([user, asking(call('a')), result('a'), { role: 'assistant', content: 'Done' }], []),
    ).toEqual(none);
    expect(danglingCalls([user], [])).toEqual(none);
    expect(danglingCalls([], [])).toEqual(none);
  });
});

function call(id: string): ToolCall {
  return { id, name: 'bash', arguments: { command: 'ls' } };
}

function asking(...calls: ToolCall[]): Message {
  return { role: 'assistant', content: null, tool_calls: calls };
}

function result(id: string): Message {
  return { role: 'tool', name: 'bash', tool_call_id: id, content: 'ok' };
}
