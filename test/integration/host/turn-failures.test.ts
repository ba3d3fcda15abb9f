/** Turns whose model says no: what the person is told, and that nothing is lost (RT-43). */
import { describe, expect, test } from 'vitest';
import { finished, ofType, openHostRoom } from '../../builders/host-turns.ts';
import { ENDLESS, MODEL_WIRES, openModelRoom } from '../../builders/model-turns.ts';
import { watch } from '../../builders/running-turn.ts';

const LONG =
  'A rather long answer, said in many small pieces, so that it can be cut somewhere in the middle.';

describe.each(MODEL_WIRES)('a turn with $wire that meets a fault (RT-52)', (wire) => {
  test('fails on a refused key, says what to do and gives the prompt back', async () => {
    const room = await openModelRoom(wire);
    room.server.mock.nextRequestError(401, { message: 'invalid x-api-key' });
    room.server.mock.onMessage('do it', { content: 'Done.' });
    const session = await room.session();

    const events = await room.turn(session, 'do it', room.run);

    expect(finished(events)).toMatchObject({
      status: 'failed',
      prompt: 'do it',
      error: {
        kind: 'auth',
        message: expect.stringContaining('invalid x-api-key'),
        remedy: expect.stringContaining('Add provider key'),
      },
    });
    expect(ofType(events, 'model.called')).toMatchObject([
      { status: 'error', error: { kind: 'auth' }, service: `provider-${wire.provider}` },
    ]);
    expect(ofType(events, 'model.retrying')).toEqual([]);
    expect(session.head.phase).toBe('failed');

    // The session stays usable, and a retry goes on from the prompt that is there.
    const again = await watch(room.host.resume(session, room.run)).ended;
    expect(finished(again)).toMatchObject({ status: 'completed' });
    expect(session.transcript.map(({ role }) => role)).toEqual(['user', 'assistant']);
  });

  test('fails on a model that is not known, and names it', async () => {
    const room = await openModelRoom(wire);
    room.server.mock.nextRequestError(404, { message: 'model: no-such-model' });

    const run = { ...room.run, model: 'no-such-model' };
    const events = await room.turn(await room.session(), 'do it', run);

    expect(finished(events)).toMatchObject({
      status: 'failed',
      prompt: 'do it',
      error: { kind: 'model', remedy: 'Choose another model.' },
    });
    expect(finished(events).error?.message).toContain('no-such-model');
  });

  test('waits out a rate limit, as long as the server asks, and shows that it does (RT-43)', async () => {
    const room = await openModelRoom(wire);
    room.server.mock.addFixture({
      match: { sequenceIndex: 0 },
      response: { error: { message: 'Slow down' }, status: 429, retryAfter: 1 },
    });
    room.server.mock.addFixture({ match: { sequenceIndex: 1 }, response: { content: 'Better now.' } });

    const events = await room.turn(await room.session(), 'do it', room.run);

    expect(finished(events)).toMatchObject({ status: 'completed' });
    expect(ofType(events, 'model.retrying')).toMatchObject([
      {
        attempt: 1,
        delay_ms: 1_000,
        error: { kind: 'rate_limit', message: expect.stringContaining('Slow down') },
      },
    ]);
    expect(ofType(events, 'model.called').map(({ status, attempt }) => [status, attempt])).toEqual([
      ['error', 1],
      ['ok', 2],
    ]);
    const [refused, answered] = ofType(events, 'model.called');
    expect(answered!.at - refused!.at).toBeGreaterThanOrEqual(999);
  });

  test('tries again after a stream was cut; what was shown of it stays, as a message of its own', async () => {
    const room = await openModelRoom(wire);
    room.server.mock.addFixture({
      match: { sequenceIndex: 0 },
      response: { content: LONG },
      truncateAfterChunks: 8,
      streamingProfile: { ttft: 0, tps: 100 },
    });
    room.server.mock.addFixture({ match: { sequenceIndex: 1 }, response: { content: LONG } });
    const session = await room.session();

    const events = await room.turn(session, 'do it', room.run);

    const [partial, whole, ...more] = ofType(events, 'assistant.message');
    expect(more).toEqual([]);
    expect(partial?.interrupted).toBe(true);
    expect(partial?.text).not.toBe('');
    expect(LONG.startsWith(partial!.text)).toBe(true);
    expect(whole).toMatchObject({ text: LONG });
    expect(whole?.interrupted).toBeUndefined();
    expect(whole?.message_id).not.toBe(partial?.message_id);
    for (const message of [partial, whole]) {
      const deltas = ofType(events, 'assistant.delta').filter(
        (each) => each.message_id === message?.message_id,
      );
      expect(deltas[0]?.offset).toBe(0);
      expect(deltas.map(({ text }) => text).join('')).toBe(message?.text);
    }
    // The model is told of whole answers only.
    expect(session.transcript.map(({ role }) => role)).toEqual(['user', 'assistant']);
    const order = events
      .filter(({ type }) => /^(model\.|assistant\.message)/.test(type))
      .map(({ type }) => type);
    expect(order).toEqual([
      'model.called',
      'assistant.message',
      'model.retrying',
      'model.called',
      'assistant.message',
    ]);
  });
});

describe('a turn that cannot get its answer (RT-43, RT-52)', () => {
  test('that waits to try again can be stopped at once (RT-43)', async () => {
    const room = await openModelRoom();
    room.server.mock.addFixture({
      match: {},
      response: { error: { message: 'Come back later' }, status: 429, retryAfter: 60 },
    });
    const session = await room.session();

    const running = watch(room.host.run(session, 'do it', room.run));
    expect(await running.until('model.retrying')).toMatchObject({ delay_ms: 60_000 });
    const before = performance.now();
    room.host.cancel(session.id);

    expect(finished(await running.ended)).toMatchObject({ status: 'cancelled' });
    expect(performance.now() - before).toBeLessThan(1_000);
    expect(room.server.sent).toHaveLength(1);
  });

  test('without a key fails before anything is sent', async () => {
    const room = openHostRoom({ environment: {} });

    const events = await room.turn(await room.session(), 'do it', { provider: 'anthropic' });

    expect(finished(events)).toMatchObject({ status: 'failed', error: { kind: 'auth' }, prompt: 'do it' });
  });

  test('with a provider that is not there names those that are', async () => {
    const room = openHostRoom();

    const events = await room.turn(await room.session(), 'do it', { provider: 'nobody' });

    expect(finished(events)).toMatchObject({
      status: 'failed',
      error: { kind: 'config', message: expect.stringContaining('There is no provider "nobody"') },
    });
    expect(finished(events).error?.remedy).toMatch(/anthropic.*openai.*replay/);
  });

  test('keeps the text of an answer that could not be finished, for the person and for the model', async () => {
    const room = await openModelRoom();
    room.server.mock.addFixture({ ...ENDLESS, match: {}, truncateAfterChunks: 10 });
    const session = await room.session();

    const running = watch(room.host.run(session, 'do it', room.run));
    await running.until('model.retrying');
    room.host.cancel(session.id);
    const events = await running.ended;

    const partial = ofType(events, 'assistant.message');
    expect(partial).toMatchObject([{ interrupted: true }]);
    expect(partial[0]?.text.length).toBeGreaterThan(5);
  });
});
