/** Reading a transcript that we or another host wrote (DL-30). */
import { expect, test } from 'vitest';
import { readTranscript } from '../../../src/session/transcript.ts';

test('bare and wrapped messages are read alike, unknown fields kept', () => {
  const bare = { role: 'user', content: 'Hello', extra: 1 };
  const answer = { role: 'assistant', content: null, tool_calls: [{ id: 'a', tool: 'bash', arguments: {} }] };

  const { messages, garbage } = readTranscript(
    `${JSON.stringify(bare)}\n${JSON.stringify({ message: answer })}\n`,
  );

  expect(messages).toEqual([bare, { ...answer, tool_calls: [{ id: 'a', name: 'bash', arguments: {} }] }]);
  expect(garbage).toEqual([]);
});

test('lines that are no message are named and passed over', () => {
  const { messages, garbage } = readTranscript(
    '{"role":"user"}\nnot json\n\n{"message":7}\n{"role":"assistant"}\n',
  );

  expect(messages.map((message) => message.role)).toEqual(['user', 'assistant']);
  expect(garbage).toEqual([2, 4]);
});
