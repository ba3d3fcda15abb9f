/** A turn whose model is chosen by a role: the choice, its reason and the cost are in its events (DL-27, DL-42, AT-84). */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { listModels } from '../../../src/host/providers.ts';
import { ROLES } from '../../../src/models/roles.ts';
import type { SessionEvent } from '../../../src/protocol/events.ts';
import { delegate, openDelegationRoom } from '../../builders/delegation.ts';
import { finished, ofType } from '../../builders/host-turns.ts';
import { type ModelRoom, openModelRoom } from '../../builders/model-turns.ts';

const USAGE = { prompt_tokens: 1000, completion_tokens: 200, total_tokens: 1200 };

/** A room whose default agent wants a role, with the person's own matrix and prices. */
async function openRoleRoom(frontmatter: string): Promise<ModelRoom> {
  const room = await openModelRoom();
  room.server.mock.on({}, { content: 'Done.', usage: USAGE });
  const write = (file: string, text: string) => {
    fs.mkdirSync(path.dirname(path.join(room.home, file)), { recursive: true });
    fs.writeFileSync(path.join(room.home, file), text);
  };
  write('agents/build.md', `---\nname: build\ndescription: Builds.\n${frontmatter}\n---\nYou build.`);
  write(
    'routing/balanced.yaml',
    `name: balanced
roles:
  general: { candidates: [{ provider: anthropic, model: claude-sonnet-5-5 }] }
  fast: { candidates: [{ provider: anthropic, model: claude-haiku-4-5 }] }
  reasoning:
    candidates:
      - { provider: gemini, model: "gemini-*-pro" }
      - { provider: anthropic, model: "claude-opus-*", config: { reasoning_effort: high } }
`,
  );
  write('prices.yaml', 'anthropic:\n  claude-opus-*: { per_1m: { prompt: 4, completion: 20 } }\n');
  const list = {
    at: 0,
    base_url: room.server.url,
    models: [{ id: 'claude-opus-5' }, { id: 'claude-opus-5-5' }],
  };
  write('models/anthropic.json', JSON.stringify(list));
  return room;
}

const byRole = (room: ModelRoom, more = {}) => ({
  ...room.run,
  provider: undefined,
  model: undefined,
  ...more,
});
const started = (events: readonly SessionEvent[]) => ofType(events, 'turn.started')[0];
const routingNotices = (events: readonly SessionEvent[]) =>
  ofType(events, 'notice').filter(({ source }) => source === 'routing');

describe('an agent with a role', () => {
  test('is answered by the first candidate that can be had; why, and at what cost, is in the log', async () => {
    const room = await openRoleRoom('model_role: [reasoning, general]');
    const session = await room.session();

    const events = await room.turn(session, 'think', byRole(room));

    expect(finished(events)).toMatchObject({ status: 'completed', summary: { cost_usd: 0.008 } });
    expect(started(events)).toMatchObject({
      provider: 'anthropic',
      model: 'claude-opus-5-5',
      choice: {
        text: 'role "reasoning" of the agent in matrix balanced, after 1 that cannot be had',
        source: 'agent',
        role: 'reasoning',
        matrix: 'balanced',
        trail: [
          { provider: 'gemini', model: 'gemini-*-pro', outcome: 'no-provider' },
          { provider: 'anthropic', model: 'claude-opus-5-5', outcome: 'chosen' },
        ],
      },
    });
    expect(ofType(events, 'model.called')).toMatchObject([
      { model: 'claude-opus-5-5', cost_usd: 0.008, cost_source: 'override' },
    ]);
    expect(routingNotices(events)).toEqual([]);
    // The candidate's configuration goes with the request.
    expect(room.server.sent.at(-1)?.body).toMatchObject({
      model: 'claude-opus-5-5',
      output_config: { effort: 'high' },
    });
    const stored = await session.after(0);
    expect(started(stored)?.choice?.role).toBe('reasoning');
  });

  test('whose role cannot be had is told what answers instead, and why', async () => {
    const room = await openRoleRoom('model_role: vision');

    const events = await room.turn(await room.session(), 'look', byRole(room));

    // Not in the list, so the last word is the session's: the provider with a key, and its default.
    expect(started(events)).toMatchObject({ provider: 'anthropic', choice: { source: 'session' } });
    expect(routingNotices(events)).toMatchObject([
      {
        level: 'info',
        text: expect.stringContaining('role "vision" of the agent: the matrix has no such role'),
      },
    ]);
  });

  test('gives way to what the person asks for', async () => {
    const room = await openRoleRoom('model_role: reasoning');

    const events = await room.turn(await room.session(), 'hi', byRole(room, { model: 'claude-haiku-4-5' }));

    expect(started(events)).toMatchObject({
      model: 'claude-haiku-4-5',
      choice: { source: 'person', text: 'asked for by the person' },
    });
  });
});

test('every session begins with the list of roles, alike in all its turns so that providers can cache it (DL-40)', async () => {
  const room = await openRoleRoom('tools: [glob]');
  fs.appendFileSync(
    path.join(room.home, 'routing', 'balanced.yaml'),
    '  vision: { description: Reading of plans, candidates: [{ provider: anthropic, model: m }] }\n' +
      '  cobol: { description: Very old code, candidates: [{ provider: anthropic, model: m }] }\n',
  );
  const session = await room.session();

  await room.turn(session, 'one', byRole(room));
  // With the model chosen by the person nobody looks at roles, and they are there all the same.
  await room.turn(session, 'two', room.run);

  const systems = room.server.sent.map(({ body }) => JSON.stringify((body as { system: unknown }).system));
  expect(systems).toHaveLength(2);
  expect(systems[1]).toBe(systems[0]);
  for (const role of Object.keys(ROLES)) expect(systems[0]).toContain(`\\n- ${role}: `);
  expect(systems[0]).toContain(`- fast: ${ROLES.fast}\\n`);
  expect(systems[0]).toContain('- vision: Reading of plans\\n');
  expect(systems[0]).toContain('- cobol: Very old code');
});

test('a model whose price nobody knows is told once, and costs are unknown rather than nothing', async () => {
  const room = await openRoleRoom('model_role: fast');
  const session = await room.session();
  const run = byRole(room, { model: 'claude-nameless-1' });

  const first = await room.turn(session, 'one', run);
  const second = await room.turn(session, 'two', run);

  const told = (events: readonly SessionEvent[]) =>
    ofType(events, 'notice').filter(({ source }) => source === 'prices');
  expect(told(first)).toMatchObject([
    {
      text: expect.stringContaining('anthropic → claude-nameless-1'),
      remedy: expect.stringContaining('prices.yaml'),
    },
  ]);
  expect(told(second)).toEqual([]);
  expect(finished(second).summary.cost_usd).toBeNull();
  expect(ofType(second, 'model.called')).toMatchObject([{ cost_usd: null, cost_source: 'unknown' }]);
});

test('a list a provider was asked for is kept and chosen from', async () => {
  const room = await openRoleRoom('model_role: reasoning');
  fs.rmSync(path.join(room.home, 'models'), { recursive: true });
  const compose = () => room.host.compose({ cwd: room.folder, trusted: true });
  const before = await compose();
  expect(before.choiceNotice).toContain('models of anthropic not listed yet');

  const models = await listModels(room.host, before, 'anthropic');

  const kept = JSON.parse(fs.readFileSync(path.join(room.home, 'models', 'anthropic.json'), 'utf8'));
  expect(kept).toMatchObject({ base_url: room.server.url, models: models.map(({ id }) => ({ id })) });
});

test('without any provider the demonstration answers and nothing is said of roles', async () => {
  const room = openDelegationRoom({ root: { model_role: 'reasoning' } }, { 'say hi': [{ text: 'Hello.' }] });

  const events = await room.turn(await room.root(), 'say hi');

  expect(started(events)).toMatchObject({ provider: 'replay', scripted: true });
  expect(routingNotices(events)).toEqual([]);
});

test('a child works with its parent’s model unless it, or who gives it work, wishes otherwise (DL-27)', async () => {
  const room = openDelegationRoom(
    { root: { agents: 'all' }, scout: {} },
    {
      'go ahead': [
        {
          text: 'I ask.',
          tool_calls: [
            delegate('scout', 'have a look'),
            delegate('scout', 'have a look', { model_role: 'vision' }),
          ],
        },
        { text: 'Done.' },
      ],
      'have a look': [{ text: 'Seen.' }],
    },
  );

  const events = await room.turn(await room.root(), 'go ahead');

  const children = ofType(events, 'turn.started').filter(({ agent }) => agent === 'scout');
  expect(children.map(({ provider, choice }) => [provider, choice?.text])).toEqual([
    ['replay', 'session default: the agent that delegates works with it'],
    ['replay', 'session default: the agent that delegates works with it'],
  ]);
});
