/** A turn's costs are a fold over its events. */
import { expect, test } from 'vitest';
import { summariseTurn } from '../../../src/session/turn-summary.ts';
import { modelCalled, stored, toolFinished, turnStarted } from '../../builders/session-events.ts';

test('a summary adds up and shares out by agent', () => {
  const root = stored([turnStarted, modelCalled({ input: 10, output: 1 }, 0.25), toolFinished('c1')]);
  const child = stored([modelCalled({ input: 5, output: 2 }, 0.5)], { agent: 'explorer' });

  expect(summariseTurn([...root, ...child])).toMatchObject({
    requests: 2,
    tool_calls: 1,
    input_tokens: 15,
    output_tokens: 3,
    cost_usd: 0.75,
    agents: [
      { agent: 'root', requests: 1, tool_calls: 1, cost_usd: 0.25 },
      { agent: 'explorer', requests: 1, tool_calls: 0, cost_usd: 0.5 },
    ],
  });
});

test('one unknown price makes the cost unknown, not smaller', () => {
  const events = stored([
    turnStarted,
    modelCalled({ input: 1, output: 1 }, 0.25),
    modelCalled({ input: 1, output: 1 }, null),
  ]);

  expect(summariseTurn(events).cost_usd).toBeNull();
});
