/** A whole turn, through real threads and real provider services: from the prompt to the streamed answer. */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SessionEvent } from '../../../src/protocol/events.ts';
import { readTranscript } from '../../../src/session/transcript.ts';
import { finished, ofType } from '../../builders/host-turns.ts';
import { ENDLESS, MODEL_WIRES, type ModelRoom, openModelRoom } from '../../builders/model-turns.ts';
import { watch } from '../../builders/running-turn.ts';

const ANSWER = 'The first file says hello, the second says goodbye. Neither needs a change.';
const USAGE = { input_tokens: 120, output_tokens: 34, prompt_tokens: 120, completion_tokens: 34 };

/** A model that reads two files at once and then tells what is in them. */
function readsTwoFiles({ server, folder }: ModelRoom): void {
  fs.writeFileSync(path.join(folder, 'a.txt'), 'hello\n');
  fs.writeFileSync(path.join(folder, 'b.txt'), 'goodbye\n');
  server.mock.on(
    { userMessage: 'compare', hasToolResult: false },
    {
      content: 'Reading both.',
      toolCalls: [
        { id: 'call_a', name: 'read_file', arguments: { file_path: 'a.txt' } },
        { id: 'call_b', name: 'read_file', arguments: { file_path: 'b.txt' } },
      ],
      usage: USAGE,
    },
  );
  server.mock.on(
    { hasToolResult: true },
    { content: ANSWER, reasoning: 'Both are short.', usage: USAGE },
    // Slow enough that the text really comes in pieces.
    { streamingProfile: { ttft: 0, tps: 200 } },
  );
}

describe.each(MODEL_WIRES)('a turn with $wire', (wire) => {
  test('reads two files at once and streams the answer, every step an event (RT-13, RT-40, RT-41)', async () => {
    const room = await openModelRoom(wire);
    readsTwoFiles(room);
    const session = await room.session();

    const events = await room.turn(session, 'compare the files', room.run);

    expect(finished(events)).toMatchObject({ status: 'completed', summary: { requests: 2, tool_calls: 2 } });
    expect(steps(events)).toEqual([
      'turn.started',
      'prompt',
      'model.called',
      // Nobody knows what the test's server charges.
      'notice',
      'assistant.message',
      'tool.requested',
      'tool.requested',
      'tool.started',
      'tool.started',
      'tool.finished',
      'tool.finished',
      'model.called',
      'assistant.message',
      'turn.finished',
    ]);
    expectNoGaps(events);
    expect(ofType(events, 'model.called')).toMatchObject(
      [1, 2].map(() => ({
        provider: wire.provider,
        model: wire.model,
        status: 'ok',
        attempt: 1,
        service: `provider-${wire.provider}`,
        usage: { input_tokens: 120, output_tokens: 34, total_tokens: 154 },
      })),
    );
    expect(session.head).toMatchObject({ phase: 'idle', input_tokens: 240, output_tokens: 68 });
  });

  test('streams the very text that is stored (RT-41)', async () => {
    const room = await openModelRoom(wire);
    readsTwoFiles(room);

    const events = await room.turn(await room.session(), 'compare the files', room.run);

    for (const message of ofType(events, 'assistant.message')) {
      const deltas = ofType(events, 'assistant.delta').filter(
        (each) => each.message_id === message.message_id,
      );
      expect(deltas.map(({ text }) => text).join('')).toBe(message.text);
      expect(deltas.map(({ offset }) => offset)).toEqual(
        [...deltas.keys()].map((at) => lengthBefore(deltas, at)),
      );
      expect(message.interrupted).toBeUndefined();
    }
    expect(ofType(events, 'assistant.message').at(-1)?.text).toBe(ANSWER);
    expect(ofType(events, 'thinking.message').map(({ text }) => text)).toEqual(['Both are short.']);
    // Not one lump: the text came in pieces while the model was still writing.
    expect(ofType(events, 'assistant.delta').length).toBeGreaterThan(2);
  });

  test('attributes every tool call to the service that ran it (RT-40)', async () => {
    const room = await openModelRoom(wire);
    readsTwoFiles(room);

    const events = await room.turn(await room.session(), 'compare the files', room.run);

    const [a, b] = ['call_a', 'call_b'].map((id) =>
      ofType(events, 'tool.finished').find((e) => e.call_id === id),
    );
    expect(a).toMatchObject({ service: 'tools-files', name: 'read_file', success: true, agent: 'build' });
    expect(JSON.stringify(a?.output)).toContain('hello');
    expect(JSON.stringify(b?.output)).toContain('goodbye');
    const started = ofType(events, 'service.started').map(({ service }) => service);
    expect(started).toEqual(
      expect.arrayContaining(['loop-streaming', 'tools-files', `provider-${wire.provider}`]),
    );
  });

  test('leaves a transcript on disk that says what the model saw (RT-14)', async () => {
    const room = await openModelRoom(wire);
    readsTwoFiles(room);
    const session = await room.session();

    await room.turn(session, 'compare the files', room.run);
    await session.flush();

    const text = fs.readFileSync(path.join(session.folder, 'transcript.jsonl'), 'utf8');
    const { messages, garbage } = readTranscript(text);
    expect(garbage).toEqual([]);
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'tool', 'assistant']);
    expect(messages.slice(2, 4).map((message) => message.tool_call_id)).toEqual(['call_a', 'call_b']);
    // What was sent the second time is the same conversation.
    expect(JSON.stringify(room.server.sent[1]?.body)).toContain('goodbye');
    expect(room.server.sent.map((request) => request.path)).toEqual([wire.path, wire.path]);
  });

  test('goes on from the first turn in the second, with fresh services (RT-20)', async () => {
    const room = await openModelRoom(wire);
    room.server.mock.onMessage('remember', { content: 'I will.' });
    room.server.mock.onMessage('what was it', { content: 'The milk.' });
    const session = await room.session();

    await room.turn(session, 'remember the milk', room.run);
    const second = await room.turn(session, 'what was it?', room.run);

    expect(finished(second)).toMatchObject({ turn: 2, status: 'completed' });
    expect(JSON.stringify(room.server.sent[1]?.body)).toContain('remember the milk');
    expect(JSON.stringify(room.server.sent[1]?.body)).toContain('I will.');
  });
});

describe('sessions beside each other (RT-10, RT-20)', () => {
  test('do not mix: each gets its own events, text and transcript', async () => {
    const room = await openModelRoom();
    room.server.mock.addFixture({ ...ENDLESS, match: { userMessage: 'first' } });
    room.server.mock.onMessage('second', { content: 'Only for the second.' });
    const [first, second] = [await room.session(), await room.session()];

    const running = watch(room.host.run(first, 'the first prompt', room.run));
    await running.until('assistant.delta');
    const other = await room.turn(second, 'the second prompt', room.run);
    expect(room.host.isRunning(first.id)).toBe(true);
    room.host.cancel(first.id);
    const events = await running.ended;

    expect(new Set(events.map((event) => event.session_id))).toEqual(new Set([first.id]));
    expect(new Set(other.map((event) => event.session_id))).toEqual(new Set([second.id]));
    expect(finished(other)).toMatchObject({ status: 'completed' });
    expect(JSON.stringify(first.transcript)).not.toContain('second');
    expect(JSON.stringify(second.transcript)).toBe(
      JSON.stringify([
        { role: 'user', content: 'the second prompt' },
        { ...second.transcript[1], role: 'assistant' },
      ]),
    );
    expectNoGaps(other);
  });

  test('refuse a second prompt while a turn runs, and lose nothing of either', async () => {
    const room = await openModelRoom();
    room.server.mock.addFixture({ ...ENDLESS, match: { userMessage: 'slow' } });
    const session = await room.session();
    const running = watch(room.host.run(session, 'the slow one', room.run));
    await running.until('assistant.delta');

    expect(() => room.host.run(session, 'the impatient one', room.run)).toThrow(
      expect.objectContaining({
        kind: 'config',
        message: expect.stringContaining('already running in session "the slow one"'),
        remedy: 'Wait for it, stop it, or queue the prompt.',
      }),
    );

    expect(room.host.isRunning(session.id)).toBe(true);
    room.host.cancel(session.id);
    const events = await running.ended;
    expect(ofType(events, 'prompt').map(({ text }) => text)).toEqual(['the slow one']);
    expect(JSON.stringify(session.transcript)).not.toContain('impatient');
  });

  test('refuse it even when the first was sent in the same moment', async () => {
    const room = await openModelRoom();
    room.server.mock.onMessage('once', { content: 'Once.' });
    const session = await room.session();

    const first = watch(room.host.run(session, 'once', room.run));
    expect(() => room.host.run(session, 'once', room.run)).toThrow(/already running/);

    expect(finished(await first.ended)).toMatchObject({ status: 'completed' });
    expect(room.server.sent).toHaveLength(1);
  });
});

/** The stored events that make the story; thinking ends whenever the text begins. */
function steps(events: readonly SessionEvent[]): string[] {
  return events
    .map(({ type }) => type)
    .filter((type) => !/^service\.|\.delta$|^tool\.progress$|^hook\.|^thinking\./.test(type));
}

/** Stored events count up by one; live ones carry the number of the last stored. */
function expectNoGaps(events: readonly SessionEvent[]): void {
  const live = new Set(['assistant.delta', 'thinking.delta', 'tool.progress']);
  const stored = events.filter(({ type }) => !live.has(type)).map(({ seq }) => seq);
  expect(stored).toEqual(stored.map((_, index) => stored[0]! + index));
}

function lengthBefore(deltas: readonly { readonly text: string }[], at: number): number {
  return deltas.slice(0, at).reduce((length, { text }) => length + text.length, 0);
}
