/** What a session took, by agent and model (AT-80, AT-81, AT-85). */
import { expect, test } from 'vitest';
import { totalUsage, usageOf } from '../../../src/session/usage.ts';
import { modelCalled, stored, toolFinished, turnStarted } from '../../builders/session-events.ts';

const body = modelCalled({ input: 10, output: 2 }, 0.25);

test('every attempt is counted, of each model apart', () => {
  const root = stored([
    turnStarted,
    body,
    { ...body, model: 'other', cost_usd: 0.5 } as typeof body,
    { ...body, status: 'error', usage: undefined, cost_usd: 0 } as typeof body,
    toolFinished('c1'),
    { ...toolFinished('c2'), success: false } as typeof body,
  ]);
  const child = stored([body], { agent: 'explorer' });

  const usage = usageOf([...root, ...child]);

  expect(usage.models).toMatchObject([
    { agent: 'root', model: 'script', requests: 2, failed: 1, input_tokens: 10, cost_usd: 0.25 },
    { agent: 'root', model: 'other', requests: 1, failed: 0, cost_usd: 0.5 },
    { agent: 'explorer', model: 'script', requests: 1 },
  ]);
  expect(usage.tools).toEqual([{ agent: 'root', tool_calls: 2, failed: 1 }]);
  expect(totalUsage(usage)).toMatchObject({
    requests: 4,
    failed: 1,
    input_tokens: 30,
    output_tokens: 6,
    cost_usd: 1,
  });
});

test('tokens of the cache are counted, and a cost that nobody knows makes the sum unknown', () => {
  const cached = {
    input_tokens: 9,
    output_tokens: 1,
    total_tokens: 10,
    cache_read_tokens: 5,
    cache_write_tokens: 2,
  };
  const usage = usageOf(
    stored([{ ...body, usage: cached } as typeof body, { ...body, cost_usd: null } as typeof body]),
  );
  expect(usage.models).toMatchObject([{ cache_read_tokens: 5, cache_write_tokens: 2, cost_usd: null }]);
  expect(totalUsage(usage).cost_usd).toBeNull();
  expect(totalUsage({ models: [] })).toMatchObject({ requests: 0, cost_usd: 0 });
});
