/** What every model and tool call of a tree took, each in one line, content left out (AT-81…83, AT-86). */
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { AccountingEntry } from '../../../src/protocol/accounting.ts';
import { delegate, openDelegationRoom } from '../../builders/delegation.ts';
import { ofType } from '../../builders/host-turns.ts';

const play = {
  'look around': [
    { tool_calls: [{ name: 'read_file', arguments: { file_path: 'not-there.txt' } }] },
    { text: 'Nothing is there.' },
  ],
  go: [{ tool_calls: [delegate('scout', 'look around')] }, { text: 'Done with the secret plan.' }],
};
const withLedger = { accounting: { ledger: true } };

test('each attempt and each tool call is one entry with its place in the tree (AT-81, AT-82, AT-83)', async () => {
  const room = openDelegationRoom({ root: {}, scout: {} }, play, withLedger);
  const session = await room.root();
  const before = { ...process.env };
  const events = await room.turn(session, 'go');
  const file = path.join(room.home, 'accounting.jsonl');
  const text = fs.readFileSync(file, 'utf8');
  const entries = text
    .trimEnd()
    .split('\n')
    .map((line) => AccountingEntry.parse(JSON.parse(line)));

  const child = ofType(events, 'delegation.started')[0]!.child_session_id;
  const root = { agentId: 'root', callPath: 'root', txnId: session.id, parentTxnId: null };
  const scout = { agentId: 'scout', callPath: 'root/scout', txnId: child, parentTxnId: session.id };
  const expected = [
    { ...scout, type: 'llm', status: 'ok', provider: 'replay' },
    { ...scout, type: 'tool', status: 'failed', command: 'read_file', mcpServer: 'tools-files' },
    { ...scout, type: 'llm', status: 'ok' },
    { ...root, type: 'llm', status: 'ok' },
    { ...root, type: 'tool', status: 'ok', command: 'delegate' },
    { ...root, type: 'llm', status: 'ok' },
  ];
  expect(entries).toMatchObject(expected.map((entry) => ({ ...entry, originTxnId: session.id })));
  const sizes = entries.flatMap((entry) => (entry.type === 'tool' ? [entry.charactersIn] : []));
  expect(sizes[0]).toBe(JSON.stringify({ file_path: 'not-there.txt' }).length);
  for (const content of ['secret plan', 'not-there', 'look around']) expect(text).not.toContain(content);

  // Lines are only added, by sessions of their own (AT-3, AT-86); nothing of a run is left in this process (AT-4).
  const next = await room.root();
  await room.turn(next, 'go');
  const after = fs.readFileSync(file, 'utf8');
  expect(after.startsWith(text)).toBe(true);
  expect(after.split('\n')).toHaveLength(13);
  expect({ ...process.env }).toEqual(before);
});

test('a ledger that cannot be written is said, and the turn is done', async () => {
  const room = openDelegationRoom({ root: {} }, { go: [{ text: 'Done.' }] }, withLedger);
  fs.mkdirSync(path.join(room.home, 'accounting.jsonl'));
  const session = await room.root();
  const events = await room.turn(session, 'go');
  expect(ofType(events, 'turn.finished')[0]).toMatchObject({ status: 'completed' });
  const notices = ofType(events, 'notice').filter(({ source }) => source === 'accounting');
  expect(notices).toMatchObject([{ level: 'warning', text: expect.stringContaining('accounting.jsonl') }]);
});
