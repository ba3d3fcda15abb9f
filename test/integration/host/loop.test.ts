/** The loop in its own thread: text typed while it runs, and the limits of the settings (RT-44, RT-45). */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Settings } from '../../../src/definitions/settings-schema.ts';
import { finished, ofType, openHostRoom, scripted } from '../../builders/host-turns.ts';
import { FIXTURES } from '../../builders/links.ts';
import { openModelRoom } from '../../builders/model-turns.ts';
import { watch } from '../../builders/running-turn.ts';

const RUN = { provider: 'scripted', interactive: false, trusted: true };
const HELD = { 'held-tools': { entry: path.join(FIXTURES, 'held-tools.ts') } };
const hold = (text: string) => ({ name: 'hold', input: { text } });

describe('text typed while a turn runs (RT-45)', () => {
  test('reaches the model before its next call, and is shown as a prompt', async () => {
    const settings = scripted([{ tool_calls: [hold('a')] }, { text: 'As you wish.' }], { services: HELD });
    const room = openHostRoom({ settings });
    const session = await room.session();
    const running = watch(room.host.run(session, 'begin', RUN));
    await running.until('tool.started');

    await room.host.steer(session.id, 'use tabs');
    fs.writeFileSync(path.join(room.folder, 'a.released'), '');
    const events = await running.ended;

    expect(ofType(events, 'prompt')).toMatchObject([{ text: 'begin' }, { text: 'use tabs', steering: true }]);
    const said = session.transcript.map(({ role, content }) => `${role}: ${content}`);
    expect(said.slice(2, 4)).toEqual(['tool: released a', 'user: use tabs']);
    expect(finished(events)).toMatchObject({ status: 'completed' });
  });

  test('makes the turn go on that would have ended', async () => {
    const room = await openModelRoom();
    room.server.mock.on(
      { userMessage: 'begin' },
      { content: 'This is the end of it, as far as I know.' },
      { streamingProfile: { ttft: 0, tps: 30 } },
    );
    room.server.mock.onMessage('one more thing', { content: 'That too.' });
    const session = await room.session();
    const running = watch(room.host.run(session, 'begin', room.run));
    await running.until('assistant.delta');

    await room.host.steer(session.id, 'one more thing');
    const events = await running.ended;

    expect(ofType(events, 'assistant.message').map(({ text }) => text)).toEqual([
      'This is the end of it, as far as I know.',
      'That too.',
    ]);
    expect(ofType(events, 'turn.started')).toHaveLength(1);
  });

  test('is refused when no turn runs, so that it can be sent as a prompt', async () => {
    const room = openHostRoom();
    const session = await room.session();

    await expect(room.host.steer(session.id, 'hello?')).rejects.toMatchObject({
      kind: 'config',
      message: expect.stringContaining('send it as a prompt'),
    });
  });
});

describe('a limit of the settings (RT-44)', () => {
  const limited = (limits: Settings['limits']) => openModelRoom(undefined, { limits });
  const usage = { input_tokens: 60, output_tokens: 50 };

  test.each([
    ['iterations', { iterations: 1 }, 'The limit of 1 model calls in one turn was reached.'],
    ['tokens', { tokens: 100 }, 'The limit of 100 tokens in one turn was reached.'],
    ['minutes', { minutes: 0.000_001 }, 'The limit of 0 minutes for one turn was reached.'],
  ] as const)('on %s gives one last call without tools, and the turn says so', async (name, limits, text) => {
    const room = await limited(limits);
    room.server.mock.on(
      { hasToolResult: false, predicate: ({ tools }) => (tools ?? []).length > 0 },
      { toolCalls: [{ id: 'call_1', name: 'glob', arguments: { pattern: '*' } }], usage },
    );
    room.server.mock.addFixture({ match: {}, response: { content: 'That is as far as I got.' } });

    const events = await room.turn(await room.session(), 'go far', room.run);

    expect(finished(events).status).toBe('limit');
    expect(ofType(events, 'notice')).toContainEqual(
      expect.objectContaining({
        level: 'warning',
        text,
        source: 'limit',
        remedy: expect.stringContaining(`"limits.${name}"`),
      }),
    );
    expect(ofType(events, 'assistant.message').at(-1)?.text).toBe('That is as far as I got.');
    const last = room.server.sent.at(-1)?.body as { tools?: unknown[]; tool_choice?: { type: string } };
    // The API wants the tools of the calls it is shown; it is told not to call them.
    expect((last.tools ?? []).length === 0 || last.tool_choice?.type === 'none').toBe(true);
    expect(JSON.stringify(last)).toContain('Conclude now');
  });

  test('on calls in one answer refuses the rest of them', async () => {
    const room = await limited({ tool_calls: 1 });
    const call = (id: string) => ({ id, name: 'glob', arguments: { pattern: '*' } });
    room.server.mock.on({ hasToolResult: false }, { toolCalls: [call('call_1'), call('call_2')] });
    room.server.mock.on({ hasToolResult: true }, { content: 'Done.' });
    const session = await room.session();

    const events = await room.turn(session, 'go wide', room.run);

    expect(finished(events)).toMatchObject({ status: 'completed', summary: { tool_calls: 1 } });
    expect(session.transcript.filter(({ role }) => role === 'tool')).toMatchObject([
      { tool_call_id: 'call_1' },
      { tool_call_id: 'call_2', content: expect.stringContaining('at most 1 tool calls') },
    ]);
  });
});
