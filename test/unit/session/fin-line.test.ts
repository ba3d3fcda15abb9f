/** What a turn took as one line (AT-85). */
import { expect, test } from 'vitest';
import { finLine } from '../../../src/session/fin-line.ts';
import { summariseTurn } from '../../../src/session/turn-summary.ts';
import {
  emptySummary,
  modelCalled,
  stored,
  toolFinished,
  toolStarted,
  turnStarted,
} from '../../builders/session-events.ts';

test('has the requests, the tools of each service, and of each agent the same (AT-80, AT-85)', () => {
  const child = summariseTurn(
    stored([turnStarted, modelCalled({ input: 5, output: 2 }, 0.5)], { agent: 'scout' }),
  );
  const summary = summariseTurn(
    stored([
      turnStarted,
      modelCalled({ input: 10, output: 1 }, 0.25),
      toolStarted('c1', { command: 'ls' }),
      toolFinished('c1'),
      {
        type: 'delegation.finished',
        call_id: 'c2',
        child_agent: 'scout',
        child_session_id: 's2',
        status: 'completed',
        summary: child,
      },
    ]),
  );

  expect(finLine('completed', summary).split(' | ')).toEqual([
    'FIN completed in 4.0 s: 2 agent runs, 1 tool call',
    'llm 2 requests, tokens 15 in, 3 out, 0 cached, $0.75, 0.0 s',
    'tool-bash 1 call, chars 16 in, 6 out, 0.0 s',
    'agent root: llm 1 request, tokens 10 in, 1 out, 0 cached, $0.25, 0.0 s; tool-bash 1 call, chars 16 in, 6 out, 0.0 s',
    'agent scout: llm 1 request, tokens 5 in, 2 out, 0 cached, $0.50, 0.0 s',
  ]);
});

test('of a log of an earlier version says what is known', () => {
  expect(finLine('limit', { ...emptySummary, cost_usd: null })).toBe(
    'FIN limit in 0.0 s: 0 agent runs, 0 tool calls | llm 0 requests, tokens 0 in, 0 out, cost unknown',
  );
});
