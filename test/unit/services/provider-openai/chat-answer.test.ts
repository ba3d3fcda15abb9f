/** What a Chat Completions stream says beside its text. */
import { expect, test } from 'vitest';
import { readChatAnswer } from '../../../../src/services/provider-openai/chat-answer.ts';

const silent = { token: () => undefined, thinking: () => undefined, notify: () => undefined };

async function* chunks(usage: Record<string, unknown>) {
  yield { model: 'm', choices: [{ delta: { content: 'Hi' }, finish_reason: 'stop' }] };
  yield { model: 'm', choices: [], usage };
}
const names = { model: 'm' } as Parameters<typeof readChatAnswer>[1];

test('a server’s own word on the cost is passed on (AT-84)', async () => {
  const counts = { prompt_tokens: 3, completion_tokens: 1 };
  const told = await readChatAnswer(chunks({ ...counts, cost: 0.0125 }), names, silent);
  expect(told.usage).toMatchObject({ input_tokens: 3, output_tokens: 1, cost_usd: 0.0125 });
  const untold = await readChatAnswer(chunks(counts), names, silent);
  expect(untold.usage).not.toHaveProperty('cost_usd');
});
