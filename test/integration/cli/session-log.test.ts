/** `patchbay session log`: a session and all it delegated as entries (AT-87). */
import { expect, test } from 'vitest';
import { TurnSummary } from '../../../src/protocol/events.ts';
import { LogEntry } from '../../../src/protocol/log-entry.ts';
import { eventsOf, openCommandRoom } from '../../builders/command-line.ts';

const entriesOf = (stdout: string) =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => LogEntry.parse(JSON.parse(line)));

test('prints the entries of the tree in the order of time, those of a child under its name (AT-87, AT-85)', async () => {
  const room = openCommandRoom({}, 'hand-over.yaml');
  const run = await room.run(['run', '--json', '--approve', 'allow', 'Please hand it over.']);
  const [first] = eventsOf(run.stdout);
  const id = first!.session_id;

  const json = await room.run(['session', 'log', id, '--json']);
  const text = await room.run(['session', 'log', id, '--severity', 'FIN', 'ERR']);

  expect([json.code, json.stderr, text.code]).toEqual([0, '', 0]);
  const entries = entriesOf(json.stdout);
  const times = entries.map(({ timestamp }) => timestamp);
  expect(times).toEqual([...times].sort((one, other) => one - other));
  const ofChild = entries.filter(({ txnId }) => txnId !== id);
  const child = ofChild[0]!.txnId;
  expect(ofChild.every(({ message }) => message.startsWith(`child:delegate ${child}: `))).toBe(true);
  expect(ofChild[0]).toMatchObject({
    callPath: 'build/coder',
    parentTxnId: id,
    originTxnId: id,
    agentId: 'coder',
  });
  expect(entries.map(({ remoteIdentifier }) => remoteIdentifier)).toEqual(
    expect.arrayContaining(['replay:demo', 'tools-delegation:delegate', 'tools-files:write_file']),
  );

  // The end has what the whole turn took, for a machine.
  const end = entries.findLast(({ severity }) => severity === 'FIN')!;
  expect(end).toMatchObject({ txnId: id, remoteIdentifier: 'agent:EXIT-FINAL-ANSWER' });
  expect(TurnSummary.parse(end.details)).toMatchObject({
    requests: 4,
    tool_calls: 2,
    details: {
      runs: 2,
      services: [
        { service: 'tools-delegation', calls: 1 },
        { service: 'tools-files', calls: 1 },
      ],
    },
    agents: [
      { agent: 'build', requests: 2, details: { runs: 1 } },
      { agent: 'coder', requests: 2, details: { runs: 1, services: [{ service: 'tools-files' }] } },
    ],
  });
  expect(text.stdout.trimEnd().split('\n')).toEqual([
    expect.stringMatching(
      /^[\d-]+T[\d:.]+Z FIN 1\.2 ← llm agent:EXIT-FINAL-ANSWER build\/coder: child:delegate \S+: FIN completed in .*1 agent run, 1 tool call/,
    ),
    expect.stringMatching(
      / FIN 1\.2 ← llm agent:EXIT-FINAL-ANSWER build: FIN completed in .*2 agent runs, 2 tool calls/,
    ),
  ]);
});

test('follows a turn of another process and the agents it asks, to its end (AT-87)', async () => {
  const room = openCommandRoom({}, 'hand-over.yaml');
  const running = room.start(['run', '--json', '--approve', 'ask', 'Please hand it over.']);
  const [, id] = await running.until(/"session_id":"([0-9a-f-]{36})"/, 'stdout');
  await running.until(/"type":"approval\.requested"/, 'stdout');

  const follower = room.start(['session', 'log', id!, '--follow']);
  // It has the child's question while the child still waits.
  await follower.until(/→ llm agent:coder build\/coder: child:delegate \S+ asks: /, 'stdout');
  running.type('1\n');
  const [followed, ran] = await Promise.all([follower.ended, running.ended]);

  expect([followed.code, ran.code]).toEqual([0, 0]);
  const lines = followed.stdout.trimEnd().split('\n');
  expect(lines.filter((line) => line.includes(' FIN '))).toHaveLength(2);
  expect(new Set(lines).size).toBe(lines.length);
});

test('of a session that does not exist is a usage error', async () => {
  const { code, stderr } = await openCommandRoom().run(['session', 'log', 'nothing']);
  expect(code).toBe(2);
  expect(stderr).toContain('nothing');
});
