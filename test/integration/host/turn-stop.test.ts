/** Stop, at every moment of a turn: it ends at once, and what was shown stays. */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SessionEvent } from '../../../src/protocol/events.ts';
import { finished, ofType, openHostRoom, scripted } from '../../builders/host-turns.ts';
import { FIXTURES } from '../../builders/links.ts';
import { ENDLESS, MODEL_WIRES, openModelRoom } from '../../builders/model-turns.ts';
import { expectGone, isRunning } from '../../builders/processes.ts';
import { type RunningTurn, watch } from '../../builders/running-turn.ts';

/** What a person feels as at once; generous, as the machine is shared. */
const AT_ONCE_MS = 1_000;
const RUN = { provider: 'scripted', interactive: true, trusted: true };
const held = { 'held-tools': { entry: path.join(FIXTURES, 'held-tools.ts') } };

async function stopped(running: RunningTurn, stop: () => void): Promise<readonly SessionEvent[]> {
  const before = performance.now();
  stop();
  const events = await running.ended;
  expect(performance.now() - before).toBeLessThan(AT_ONCE_MS);
  expect(finished(events)).toMatchObject({ status: 'cancelled' });
  expect(finished(events).error).toBeUndefined();
  // The end is the last thing that is said of the turn.
  expect(events.at(-1)?.type).toBe('turn.finished');
  expect(ofType(events, 'turn.stopping')).toHaveLength(1);
  return events;
}

describe.each(MODEL_WIRES)('a turn with $wire, stopped in mid-stream (RT-14, RT-41)', (wire) => {
  test('ends as cancelled, hangs up on the model and keeps what was shown', async () => {
    const room = await openModelRoom(wire);
    room.server.mock.addFixture({ ...ENDLESS, match: {} });
    const session = await room.session();
    const running = watch(room.host.run(session, 'tell me a story', room.run));
    await running.until('assistant.delta', ({ offset, text }) => offset + text.length > 20);

    const events = await stopped(running, () => room.host.cancel(session.id));

    expect(await room.server.sent[0]?.ended).toBe('abandoned');
    const [message] = ofType(events, 'assistant.message');
    expect(message).toMatchObject({ interrupted: true });
    expect(ENDLESS.response.content.startsWith(message!.text)).toBe(true);
    const shown = ofType(events, 'assistant.delta').map(({ text }) => text);
    expect(message!.text).toBe(shown.join(''));
    expect(session.transcript.at(-1)).toEqual({
      role: 'assistant',
      content: message!.text,
      metadata: { interrupted: true },
    });
    expect(ofType(events, 'model.called')).toMatchObject([{ status: 'cancelled' }]);
    expect(session.head.phase).toBe('idle');

    // It is on disk as well.
    await session.flush();
    const log = fs.readFileSync(path.join(session.folder, 'events.jsonl'), 'utf8');
    expect(log).toContain(JSON.stringify(message!.text));
  });
});

describe('a turn that is stopped (RT-22)', () => {
  const sleeping = `${JSON.stringify(process.execPath)} -e "console.log(process.pid); setInterval(() => {}, 1000)"`;

  test('ends the command that runs, with everything it started (RT-22)', async () => {
    const settings = scripted([{ tool_calls: [{ name: 'bash', input: { command: sleeping } }] }]);
    const room = openHostRoom({ settings });
    const session = await room.session();
    const running = watch(room.host.run(session, 'wait', RUN));
    const { text } = await running.until('tool.progress', (event) => /^\d+\s/.test(event.text));
    const pid = Number.parseInt(text, 10);
    expect(isRunning(pid)).toBe(true);

    const events = await stopped(running, () => room.host.cancel(session.id));

    await expectGone(pid);
    expect(ofType(events, 'tool.finished')).toMatchObject([
      { name: 'bash', success: false, service: 'tools-shell', error: { kind: 'cancelled' } },
    ]);
    expect(session.head.running_tools).toBe(0);
  });

  test('says of every tool that ran that it was stopped, before it says that the turn is over', async () => {
    const calls = ['one', 'two'].map((text) => ({ name: 'hold', input: { text } }));
    const room = openHostRoom({ settings: scripted([{ tool_calls: calls }], { services: held }) });
    const session = await room.session();
    const running = watch(room.host.run(session, 'wait', RUN));
    await running.until('tool.started', ({ input }) => input.text === 'one');
    await running.until('tool.started', ({ input }) => input.text === 'two');

    const events = await stopped(running, () => room.host.cancel(session.id));

    expect(ofType(events, 'tool.finished')).toHaveLength(2);
  });

  test('closes the question that waits', async () => {
    const ask = { event: 'tool:pre', tool: 'note', result: { action: 'ASK_USER' } };
    const settings = scripted([{ tool_calls: [{ name: 'note', input: { text: 'x' } }] }], {
      services: {
        ...held,
        'ruled-hooks': {
          entry: path.join(FIXTURES, 'ruled-hooks.ts'),
          config: { ruled: { rules: [ask] } },
        },
      },
    });
    const room = openHostRoom({ settings });
    const session = await room.session();
    const running = watch(room.host.run(session, 'ask', RUN));
    const { approval_id: id } = await running.until('approval.requested');

    const events = await stopped(running, () => room.host.cancel(session.id));

    expect(ofType(events, 'approval.answered')).toMatchObject([
      { approval_id: id, granted: false, by: 'cancel' },
    ]);
    expect(() => room.host.answer(id, { choice: 'Allow once' })).toThrow(/already answered/);
    expect(fs.existsSync(path.join(room.folder, 'notes.txt'))).toBe(false);
  });

  test('does not wait for a service that does not come up', async () => {
    const silent = { command: [process.execPath, '-e', 'setInterval(() => {}, 1000)'] };
    const room = openHostRoom({ settings: scripted([{ text: 'Hi.' }], { services: { silent } }) });
    const session = await room.session();
    const running = watch(room.host.run(session, 'hello', RUN));
    await running.until('prompt');

    const events = await stopped(running, () => room.host.cancel(session.id));

    expect(ofType(events, 'notice').filter(({ source }) => source === 'silent')).toEqual([]);
  });

  test('before it began does nothing but say so', async () => {
    const room = openHostRoom({ settings: scripted([{ text: 'Hi.' }]) });
    const session = await room.session();
    const running = watch(room.host.run(session, 'hello', RUN));
    room.host.cancel(session.id);

    const events = await running.ended;

    expect(finished(events)).toMatchObject({ status: 'cancelled' });
    expect(ofType(events, 'model.called')).toEqual([]);
    expect(room.host.isRunning(session.id)).toBe(false);
  });

  test('leaves the session ready for the next prompt, and stopping nothing is no fault', async () => {
    const settings = scripted([{ text: 'The next answer.' }], { services: held });
    const room = openHostRoom({ settings });
    const session = await room.session();
    const running = watch(room.host.run(session, 'hello', RUN));
    room.host.cancel(session.id);
    room.host.cancel(session.id);
    await running.ended;
    room.host.cancel(session.id);

    const events = await room.turn(session, 'and now?');

    expect(finished(events)).toMatchObject({ status: 'completed', turn: 2 });
    expect(ofType(events, 'assistant.message').map(({ text }) => text)).toEqual(['The next answer.']);
  });
});
