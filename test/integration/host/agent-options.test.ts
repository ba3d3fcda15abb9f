/** What an agent's own frontmatter changes in its turns (AT-26, AT-33, AT-34). */
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { finished, fixtureService, ofType } from '../../builders/host-turns.ts';
import { MODEL_WIRES, openModelRoom } from '../../builders/model-turns.ts';

test('an agent’s limits, temperature, placeholders and mentions count before the settings; an edit counts at the next turn (DL-1)', async () => {
  const room = await openModelRoom(MODEL_WIRES[2], { limits: { iterations: 9 } });
  const file = path.join(room.folder, '.amplifier', 'agents', 'short.md');
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const write = (maxTurns: number) =>
    fs.writeFileSync(
      file,
      `---\nmaxTurns: ${maxTurns}\ntemperature: 0.3\ntopP: 0.4\nmaxOutputTokens: 321\nreasoning: low\n---\nAt most {{MAX_TURNS}} of {{NOBODY}}. Keep to @rules.md.`,
    );
  // A mentioned file's own text is not touched.
  fs.writeFileSync(path.join(room.folder, 'rules.md'), 'Say {{MAX_TURNS}} words.');
  room.server.mock.on(
    { hasToolResult: false, predicate: ({ tools }) => (tools ?? []).length > 0 },
    { toolCalls: [{ id: 'call_1', name: 'glob', arguments: { pattern: '*' } }] },
  );
  room.server.mock.addFixture({ match: {}, response: { content: 'Done.' } });
  const session = await room.session();

  write(1);
  const first = await room.turn(session, 'go', { ...room.run, agent: 'short' });
  write(2);
  const second = await room.turn(session, 'go on', { ...room.run, agent: 'short' });

  expect(finished(first)).toMatchObject({ status: 'limit', exit: 'EXIT-MAX-TURNS-WITH-RESPONSE' });
  expect(ofType(first, 'notice').map(({ text }) => text)).toContain(
    'The limit of 1 model calls in one turn was reached.',
  );
  expect(finished(second)).toMatchObject({ status: 'completed', exit: 'EXIT-FINAL-ANSWER' });
  const sent = room.server.sent.map(({ body }) => JSON.stringify(body));
  expect(sent[0]).toContain('At most 1 of {{NOBODY}}.');
  expect(sent[0]).toContain('rules.md\\">\\nSay {{MAX_TURNS}} words.\\n</context_file>');
  expect(sent.at(-1)).toContain('At most 2 of {{NOBODY}}.');
  expect(room.server.sent[0]!.body).toMatchObject({ temperature: 0.3, top_p: 0.4, reasoning_effort: 'low' });
  expect(sent[0]).toMatch(/"max_(?:completion_)?tokens":321/);
});

test('an agent’s providers and hooks count in its turns, and in nobody else’s (DL-2)', async () => {
  const room = await openModelRoom(MODEL_WIRES[2], {
    services: { words: fixtureService('thread', 'word-hook.ts') },
  });
  room.server.mock.addFixture({ match: {}, response: { content: 'Done.' } });
  const file = path.join(room.folder, '.amplifier', 'agents', 'strict.md');
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(
    file,
    `---
hooks: [{module: words, config: {word: tulip}}]
providers: [gemini, {module: provider-openai, config: {default_model: own-1, max_output_tokens: 77}}]
---
You are strict.`,
  );
  const session = await room.session();
  const run = { ...room.run, provider: undefined, model: undefined };

  const denied = await room.turn(session, 'a tulip', { ...run, agent: 'strict' });
  const allowed = await room.turn(session, 'a rose', { ...run, agent: 'strict' });
  const others = await room.turn(session, 'a tulip', room.run);

  expect([denied, allowed, others].map((events) => finished(events).status)).toEqual([
    'denied',
    'completed',
    'completed',
  ]);
  expect(room.server.sent.map(({ body }) => (body as { model: string }).model)).toEqual([
    'own-1',
    'deepseek-r1',
  ]);
  expect(JSON.stringify(room.server.sent[0]!.body)).toMatch(/"max_(?:completion_)?tokens":77/);
});
