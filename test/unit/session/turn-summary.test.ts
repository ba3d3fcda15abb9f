/** A turn's costs are a fold over its events. */
import { expect, test } from 'vitest';
import { type EventBody, TurnSummary } from '../../../src/protocol/events.ts';
import { summariseTurn } from '../../../src/session/turn-summary.ts';
import {
  emptySummary,
  modelCalled,
  stored,
  toolFinished,
  toolStarted,
  turnStarted,
} from '../../builders/session-events.ts';

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

test('details have the cache, latency, failures and each service’s calls with their sizes (AT-80, AT-85)', () => {
  const usage = {
    input_tokens: 9,
    output_tokens: 1,
    total_tokens: 10,
    cache_read_tokens: 5,
    cache_write_tokens: 2,
  };
  const cached = { ...modelCalled({ input: 0, output: 0 }, 0), usage } as EventBody;
  const failed = {
    ...modelCalled({ input: 0, output: 0 }, 0),
    status: 'error',
    usage: undefined,
  } as EventBody;
  const large = { $ref: 'blob', bytes: 9_000, preview: 'x' };
  const { details, agents } = summariseTurn(
    stored([
      turnStarted,
      cached,
      failed,
      toolStarted('c1', { text: 'four' }),
      toolFinished('c1', large),
      toolStarted('c2', {}),
      { ...toolFinished('c2'), success: false, service: 'other' } as EventBody,
    ]),
  );

  expect(details).toEqual({
    runs: 1,
    failed_requests: 1,
    cached_tokens: 5,
    cache_write_tokens: 2,
    latency_ms: 20,
    services: [
      { service: 'tool-bash', calls: 1, failed: 0, chars_in: 15, chars_out: 9_000, latency_ms: 5 },
      { service: 'other', calls: 1, failed: 1, chars_in: 2, chars_out: 6, latency_ms: 5 },
    ],
  });
  expect(agents[0]?.details).toEqual(details);
});

test('what a child took counts for its agent, also when its log is of an earlier version (AT-80)', () => {
  const share = {
    agent: 'scout',
    requests: 2,
    tool_calls: 1,
    input_tokens: 7,
    output_tokens: 3,
    cost_usd: 0.5,
  };
  const end = (summary: TurnSummary): EventBody => ({
    type: 'delegation.finished',
    call_id: 'c',
    child_agent: 'scout',
    child_session_id: 's2',
    status: 'completed',
    summary,
  });
  const old: TurnSummary = { ...emptySummary, agents: [share] };
  const child = summariseTurn(
    stored([turnStarted, toolStarted('c1'), toolFinished('c1')], { agent: 'scout' }),
  );
  const { agents, details } = summariseTurn(stored([turnStarted, end(old), end(child)]));

  expect(agents).toMatchObject([{ agent: 'scout', requests: 2, tool_calls: 2, details: { runs: 1 } }]);
  expect(details?.services).toMatchObject([{ service: 'tool-bash', calls: 1, chars_in: 2 }]);
  expect(TurnSummary.parse(old)).toEqual(old);
});
