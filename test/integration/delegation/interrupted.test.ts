/** The editor goes away while agents work: what was finished is not done again, the rest goes on (RT-33, DL-31). */
import fs from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { delegate, openDelegationRoom } from '../../builders/delegation.ts';
import { finished, ofType, openHost, toolResults } from '../../builders/host-turns.ts';

test('a resumed tree goes on where it was', async () => {
  const hold = (text: string) => ({ tool_calls: [{ name: 'hold', arguments: { text } }] });
  const room = openDelegationRoom(
    { root: {}, scout: { agents: 'all' }, miner: {} },
    {
      go: [{ tool_calls: [delegate('scout', 'quick'), delegate('scout', 'slow')] }, { text: 'All done.' }],
      quick: [{ tool_calls: [{ name: 'note', arguments: { text: 'quick' } }] }, { text: 'Quick is done.' }],
      slow: [{ tool_calls: [delegate('miner', 'mine')] }, { text: 'Slow is done.' }],
      mine: [hold('mine'), { text: 'Mined.' }],
    },
  );
  const session = await room.root();
  const { promise: ready, resolve: isReady } = Promise.withResolvers<void>();
  let [isHeld, isQuickDone] = [false, false];
  const turn = room.turn(session, 'go', {
    onEvent: (event) => {
      isHeld ||= event.type === 'tool.started' && event.name === 'hold';
      isQuickDone ||= event.type === 'delegation.finished';
      if (isHeld && isQuickDone) isReady();
    },
  });
  await ready;
  await room.host[Symbol.asyncDispose]();
  const before = await turn;
  expect(finished(before.filter(({ session_id }) => session_id === session.id)).status).toBe('interrupted');

  const host = openHost(room);
  const again = await host.sessions.open(session.id);
  const events = [];
  const held = path.join(room.folder, 'mine.held');
  fs.rmSync(held, { force: true });
  const run = { agent: 'root', interactive: false, trusted: true };
  for await (const event of host.resume(again, run)) {
    events.push(event);
    // What the miner did when the editor went away is not known; its model is told so and goes on.
    if (event.type === 'turn.finished' && event.session_id === session.id) break;
  }

  expect(finished(events.filter(({ session_id }) => session_id === session.id)).status).toBe('completed');
  expect(toolResults(again).map((text) => JSON.parse(text).response)).toEqual([
    'Quick is done.',
    'Slow is done.',
  ]);
  expect(
    ofType(events, 'delegation.started').map(({ child_agent, resumed }) => [child_agent, resumed]),
  ).toEqual([
    ['scout', true],
    ['miner', true],
  ]);
  await vi.waitFor(() =>
    expect(fs.readFileSync(path.join(room.folder, 'notes.txt'), 'utf8')).toBe('quick\n'),
  );
  await host[Symbol.asyncDispose]();
});

test('a call that had not given its work away yet does so after the resume', async () => {
  const room = openDelegationRoom(
    { root: {}, scout: {} },
    {
      go: [{ tool_calls: [delegate('scout', 'look')] }, { text: 'All done.' }],
      look: [{ text: 'Looked.' }],
    },
  );
  const session = await room.root();
  let closing: PromiseLike<void> | undefined;
  const before = await room.turn(session, 'go', {
    onEvent: (event) => {
      if (event.type === 'tool.started') closing ??= room.host[Symbol.asyncDispose]();
    },
  });
  await closing;
  expect(finished(before).status).toBe('interrupted');
  expect(ofType(before, 'delegation.started')).toEqual([]);

  const host = openHost(room);
  const again = await host.sessions.open(session.id);
  const run = { agent: 'root', interactive: false, trusted: true };
  for await (const event of host.resume(again, run)) {
    if (event.type === 'turn.finished' && event.session_id === session.id) break;
  }
  expect(toolResults(again).map((text) => JSON.parse(text).response)).toEqual(['Looked.']);
  await host[Symbol.asyncDispose]();
});
