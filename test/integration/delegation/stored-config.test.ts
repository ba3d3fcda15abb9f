/** What a child's metadata keeps of its configuration, and what becomes of it when that is broken (DL-31…33). */
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { delegate, openDelegationRoom } from '../../builders/delegation.ts';
import { fixtureService, openHost, toolResults } from '../../builders/host-turns.ts';

const SECRET = 'sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789';

test('the stored configuration holds names and no secret, wherever one was given (DL-33)', async () => {
  const preference = { provider: 'replay', config: { api_key: SECRET }, api_key: SECRET };
  const room = openDelegationRoom(
    { root: {}, scout: {} },
    {
      go: [
        { tool_calls: [delegate('scout', 'find it', { provider_preferences: [preference] })] },
        { text: 'Done.' },
      ],
      'find it': [{ text: 'It is here.' }],
    },
    {
      services: {
        'held-tools': { ...fixtureService('process', 'held-tools.ts'), env: { HELD_TOKEN: SECRET } },
      },
    },
  );
  const session = await room.root();
  await room.turn(session, 'go');
  const [{ session_id: childId }] = toolResults(session).map((text) => JSON.parse(text));
  const child = await room.host.sessions.open(childId);
  await child.close();

  const text = fs.readFileSync(path.join(child.folder, 'metadata.json'), 'utf8');

  expect(text).not.toContain(SECRET);
  expect(JSON.parse(text).config).toMatchObject({ agent: 'scout', preferences: [{ provider: 'replay' }] });
});

test('a child whose metadata lost its configuration is not resumed, and stays as it is (DL-32)', async () => {
  const room = openDelegationRoom(
    { root: {}, scout: {} },
    {
      first: [{ tool_calls: [delegate('scout', 'find it')] }, { text: 'Done.' }],
      'find it': [{ text: 'It is here.' }],
    },
  );
  const session = await room.root();
  await room.turn(session, 'first');
  const [{ session_id: childId }] = toolResults(session).map((text) => JSON.parse(text));
  const { folder } = await room.host.sessions.look(childId);
  await room.host[Symbol.asyncDispose]();
  const file = path.join(folder, 'metadata.json');
  const { config: _lost, ...rest } = JSON.parse(fs.readFileSync(file, 'utf8'));
  fs.writeFileSync(file, JSON.stringify(rest));
  const contentOf = (name: string) => fs.readFileSync(path.join(folder, name), 'utf8');
  const before = [contentOf('events.jsonl'), contentOf('transcript.jsonl')];
  room.play({
    second: [
      { tool_calls: [{ name: 'delegate', arguments: { session_id: childId, instruction: 'go on' } }] },
      { text: 'Done.' },
    ],
  });

  const host = openHost(room);
  const again = await host.sessions.open(session.id);
  const run = { agent: 'root', interactive: false, trusted: true };
  for await (const event of host.run(again, 'second', run)) if (event.type === 'turn.finished') break;
  await host[Symbol.asyncDispose]();

  expect(toolResults(again).at(-1)).toContain(`Corrupted session metadata for '${childId}'.`);
  expect([contentOf('events.jsonl'), contentOf('transcript.jsonl')]).toEqual(before);
});
