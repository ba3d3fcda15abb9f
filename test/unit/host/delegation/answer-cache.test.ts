/** Whose answer is used again, for how long, and for what (AT-8). */
import { expect, test } from 'vitest';
import { AnswerCache, type Task } from '../../../../src/host/delegation/answer-cache.ts';
import type { DelegationResult } from '../../../../src/protocol/delegation.ts';
import { openAgentRoom } from '../../../builders/agent-file.ts';

async function open(cache: string) {
  const room = openAgentRoom();
  const agent = await room.agent(`---\ncache: ${cache}\n---\nYou look.`);
  let now = 0;
  const answers = new AnswerCache(() => now);
  const task: Task = { agent, cwd: '/w', instruction: 'look', config: { policy: {} } };
  return { room, agent, answers, task, at: (ms: number) => (now = ms) };
}

const result = (response: string, status: DelegationResult['status'] = 'completed'): DelegationResult => ({
  session_id: 's',
  response,
  turn_count: 1,
  status,
  metadata: { agent: 'reviewer' },
});

test('an answer lasts as long as its agent says (AT-8)', async () => {
  const { answers, task, at } = await open('5m');
  expect(answers.find(task)).toBeUndefined();
  answers.keep(task, result('seen'));
  at(299_999);
  expect(answers.find(task)).toEqual({ result: result('seen'), ageMs: 299_999 });
  at(300_000);
  expect(answers.find(task)).toBeUndefined();
});

test('another task, folder, configuration or edited agent is asked anew (AT-8)', async () => {
  const { answers, task, room } = await open('1h');
  answers.keep(task, result('seen'));
  const edited = await room.agent('---\ncache: 1h\n---\nYou look twice.');
  for (const other of [
    { instruction: 'look there' },
    { cwd: '/x' },
    { config: { policy: { tools: [] } } },
    { agent: edited },
  ])
    expect(answers.find({ ...task, ...other })).toBeUndefined();
  expect(answers.find({ ...task })).toBeDefined();
});

test.each(['off', '0', 'false'])('nothing is kept for an agent with cache: %s (AT-8)', async (cache) => {
  const { answers, task } = await open(cache);
  answers.keep(task, result('seen'));
  expect(answers.find(task)).toBeUndefined();
});

test('what did not come to its end is done again (AT-8)', async () => {
  const { answers, task } = await open('1h');
  for (const status of ['failed', 'cancelled', 'limit', 'interrupted'] as const)
    answers.keep(task, result('half', status));
  expect(answers.find(task)).toBeUndefined();
});

test('the oldest go when there are many (AT-8)', async () => {
  const { answers, task } = await open('1h');
  const nth = (n: number) => ({ ...task, instruction: `look ${n}` });
  for (let n = 0; n <= 500; n += 1) answers.keep(nth(n), result(String(n)));
  expect(answers.find(nth(0))).toBeUndefined();
  expect(answers.find(nth(1))?.result.response).toBe('1');
  expect(answers.find(nth(500))?.result.response).toBe('500');
});
