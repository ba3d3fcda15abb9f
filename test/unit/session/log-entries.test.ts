/** Entries of a log, derived from events (AT-87). */
import { describe, expect, test } from 'vitest';
import type { EventBody } from '../../../src/protocol/events.ts';
import { LogEntry } from '../../../src/protocol/log-entry.ts';
import { logEntriesOf } from '../../../src/session/log-entries.ts';
import { childPlace, placeAt, rootPlace } from '../../../src/session/log-place.ts';
import {
  emptySummary,
  message,
  modelCalled,
  notice,
  stored,
  toolFinished,
  toolStarted,
  turnFinished,
  turnStarted,
} from '../../builders/session-events.ts';

/** The entries of a root's events, in order; each is of the schema. */
function entriesOf(bodies: readonly EventBody[]): LogEntry[] {
  let place = rootPlace('s1');
  return stored(bodies).flatMap((event) => {
    place = placeAt(place, event);
    return logEntriesOf(event, place).map((entry) => LogEntry.parse(entry));
  });
}

const brief = ({ severity, direction, type, remoteIdentifier, message: text }: LogEntry) =>
  `${severity} ${direction} ${type} ${remoteIdentifier} ${text}`;

test('a turn with a tool has a request and a response for each call, with its place (AT-87)', () => {
  const entries = entriesOf([
    turnStarted,
    { type: 'prompt', text: 'a secret' },
    { type: 'thinking.message', message_id: 'm', text: 'Hm.', duration_ms: 5 },
    modelCalled({ input: 10, output: 2 }, 0.5),
    toolStarted('c1', { command: 'ls' }),
    toolFinished('c1'),
    modelCalled({ input: 12, output: 3 }, null),
    message('Done.'),
    turnFinished,
  ]);

  expect(entries.map(brief)).toEqual([
    'VRB response llm agent:root turn 1 with replay:script',
    'VRB request llm agent:root prompt, 8 characters',
    'THK response llm agent:root Hm.',
    'VRB request llm replay:script request',
    'VRB response llm replay:script 10 tokens in, 2 out, 0 cached, $0.5, 10 ms',
    'VRB request tool tool-bash:bash call c1, 16 characters',
    'VRB response tool tool-bash:bash call c1 done in 5 ms, 6 characters',
    'VRB request llm replay:script request',
    'VRB response llm replay:script 12 tokens in, 3 out, 0 cached, cost unknown, 10 ms',
    'VRB response llm agent:root answer, 5 characters',
    'FIN response llm agent:EXIT FIN completed in 0.0 s: 0 agent runs, 0 tool calls | llm 0 requests, tokens 0 in, 0 out, $0.0000',
  ]);
  expect(entries.map(({ turn, subturn }) => `${turn}.${subturn}`)).toEqual([
    '1.0',
    '1.0',
    '1.0',
    '1.1',
    '1.1',
    '1.1',
    '1.1',
    '1.2',
    '1.2',
    '1.2',
    '1.2',
  ]);
  expect(entries[3]!.timestamp).toBe(entries[4]!.timestamp - 10);
  expect(entries[0]).toMatchObject({
    agentId: 'root',
    callPath: 'root',
    txnId: 's1',
    parentTxnId: null,
    originTxnId: 's1',
    fatal: false,
  });
  // A machine reads the end's figures from its entry; no door is made up where there is none.
  expect(entries.at(-1)?.details).toEqual(emptySummary);
  expect(entries.some((entry) => 'headendId' in entry)).toBe(false);
});

describe('the severity (AT-87)', () => {
  const error = { kind: 'model', message: 'no', remedy: 'Try.' } as const;
  const tool = { hook_event: 'tool:pre', hook: 'guard', service: 'rules' };
  test.each<[EventBody, string]>([
    [{ ...modelCalled({ input: 0, output: 0 }, 0), status: 'error', error } as EventBody, 'ERR'],
    [{ ...modelCalled({ input: 0, output: 0 }, 0), status: 'cancelled' } as EventBody, 'WRN'],
    [{ ...toolFinished('c'), success: false, error } as EventBody, 'WRN'],
    [{ type: 'model.retrying', attempt: 2, delay_ms: 5, error }, 'WRN'],
    [{ type: 'hook.decided', ...tool, action: 'DENY', reason: 'no' }, 'WRN'],
    [{ type: 'hook.decided', ...tool, action: 'MODIFY' }, 'VRB'],
    [{ type: 'hook.failed', ...tool, error, outcome: 'deny' }, 'ERR'],
    [{ type: 'hook.waiting', ...tool, since: 1, limit_ms: 2 }, 'TRC'],
    [{ type: 'service.started', service: 's', isolation: 'thread', start_ms: 3 }, 'TRC'],
    [{ type: 'service.crashed', service: 's', error, exit: 'x' }, 'ERR'],
    [{ type: 'service.log', service: 's', level: 'debug', message: 'x' }, 'TRC'],
    [{ type: 'service.log', service: 's', level: 'warning', message: 'x' }, 'WRN'],
    [notice('x'), 'VRB'],
    [{ type: 'notice', level: 'error', text: 'x' }, 'ERR'],
    [{ type: 'tool.requested', call_id: 'c', name: 'n', input: {} }, 'TRC'],
  ])('of %j is %s', (body, severity) => {
    expect(entriesOf([body]).at(-1)?.severity).toBe(severity);
  });

  test('of a turn that failed is an error that is fatal, and then its end', () => {
    const entries = entriesOf([
      { type: 'turn.finished', status: 'failed', exit: 'EXIT-MODEL-FAILURE', summary: emptySummary, error },
    ]);
    expect(entries).toMatchObject([
      {
        severity: 'ERR',
        fatal: true,
        remoteIdentifier: 'agent:EXIT-MODEL-FAILURE',
        message: 'failed: no Try.',
      },
      { severity: 'FIN', fatal: false },
    ]);
  });
});

test('what was only shown while it came has no entry', () => {
  expect(entriesOf([{ type: 'assistant.delta', message_id: 'm', offset: 0, text: 'x' }])).toEqual([]);
});

test('a child’s entries name the tool it was called by, its session and its place in the tree (AT-87)', () => {
  const [call, begun] = stored([
    { ...toolStarted('c1'), name: 'judge_it' } as EventBody,
    {
      type: 'delegation.started',
      call_id: 'c1',
      child_agent: 'judge',
      child_session_id: 's2',
      instruction: 'x',
      depth: 1,
      resumed: false,
    },
  ]);
  const place = placeAt(rootPlace('s1'), call!);
  if (begun?.type !== 'delegation.started') throw new Error('no delegation');
  const child = { ...stored([message('Fine.')], { agent: 'judge' })[0]!, session_id: 's2' };

  expect(logEntriesOf(child, childPlace(place, begun))).toMatchObject([
    {
      message: 'child:judge_it s2: answer, 5 characters',
      agentId: 'judge',
      callPath: 'root/judge',
      txnId: 's2',
      parentTxnId: 's1',
      originTxnId: 's1',
    },
  ]);
});
