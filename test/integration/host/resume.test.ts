/** An editor that is killed in mid-turn: everything is there afterwards, and Resume finishes the turn (RT-33). */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { RunOptions } from '../../../src/host/host.ts';
import type { SessionEvent } from '../../../src/protocol/events.ts';
import type { Session } from '../../../src/session/session.ts';
import { finished, type HostRoom, ofType, openHostRoom, scripted } from '../../builders/host-turns.ts';
import { FIXTURES } from '../../builders/links.ts';
import { ENDLESS, KEYS, openModelRoom } from '../../builders/model-turns.ts';
import { expectGone } from '../../builders/processes.ts';
import { type RunningTurn, watch } from '../../builders/running-turn.ts';
import type { ChildTurn } from './resume-child.ts';

const SESSION = 'killed';
const RUN: RunOptions = { provider: 'scripted', interactive: true, trusted: true };
const note = (text: string) => ({ name: 'note', input: { text } });
const hold = (text: string) => ({ name: 'hold', input: { text } });
const ASK = { event: 'tool:pre', tool: 'note', result: { action: 'ASK_USER', approval_prompt: 'Write it?' } };

type Call = { readonly name: string; readonly input: Record<string, unknown> };

/** A model that asks for these calls at once and then ends; a hook with these rules looks on. */
function openRoom(calls: readonly Call[], rules: readonly object[] = []): HostRoom {
  const services = {
    'held-tools': { entry: path.join(FIXTURES, 'held-tools.ts') },
    'ruled-hooks': { entry: path.join(FIXTURES, 'ruled-hooks.ts'), config: { ruled: { rules } } },
  };
  return openHostRoom({ settings: scripted([{ tool_calls: calls }, { text: 'Done.' }], { services }) });
}

interface Child extends RunningTurn {
  /** As `kill -9`; gives the session as the next host finds it. */
  kill(): Promise<Session>;
}

function startChild(
  room: HostRoom,
  turn: Pick<ChildTurn, 'prompt'> & Partial<ChildTurn> = { prompt: 'begin' },
): Child {
  const whole: ChildTurn = {
    home: room.home,
    folder: room.folder,
    sessionId: SESSION,
    run: RUN,
    environment: { PATH: process.env.PATH ?? '', ...KEYS },
    ...turn,
  };
  const script = path.join(import.meta.dirname, 'resume-child.ts');
  const child: ChildProcess = spawn(process.execPath, [script, JSON.stringify(whole)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const running = watch(eventsFrom(child));
  return {
    ...running,
    async kill() {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
      return await room.host.sessions.open(SESSION);
    },
  };
}

async function* eventsFrom(child: ChildProcess): AsyncIterable<SessionEvent> {
  for await (const line of createInterface(child.stdout!)) yield JSON.parse(line) as SessionEvent;
}

const resume = (room: HostRoom, session: Session, run: RunOptions = RUN) =>
  watch(room.host.resume(session, run));
const results = (session: Session) =>
  session.transcript
    .filter(({ role }) => role === 'tool')
    .map(({ content, metadata }) => [content, metadata?.is_error === true]);
const notes = ({ folder }: HostRoom) => {
  const file = path.join(folder, 'notes.txt');
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
};

describe('an editor that closes in mid-turn (RT-33)', () => {
  test('leaves the turn interrupted, and another host finishes it', async () => {
    const room = openRoom([note('milk'), hold('b')]);
    const session = await room.host.sessions.create({ cwd: room.folder, agent: 'build', sessionId: SESSION });
    const running = watch(room.host.run(session, 'begin', RUN));
    await running.until('tool.finished', ({ name }) => name === 'note');
    await running.until('tool.started', ({ name }) => name === 'hold');

    await room.host[Symbol.asyncDispose]();
    expect(finished(await running.ended)).toMatchObject({ status: 'interrupted' });
    const events = await startChild(room, { prompt: undefined }).ended;

    expect(finished(events)).toMatchObject({ status: 'completed', turn: 2 });
    expect(ofType(events, 'tool.started')).toEqual([]);
    expect(notes(room)).toBe('milk\n');
  });
});

describe('killed in mid-stream (RT-33)', () => {
  test('keeps what was shown, marked, and goes on from the prompt', async () => {
    const room = await openModelRoom();
    room.server.mock.addFixture({ ...ENDLESS, match: {} });
    const child = startChild(room, { prompt: 'tell me a story', run: room.run });
    const shown = await child.until('assistant.delta', ({ offset, text }) => offset + text.length > 30);

    const session = await child.kill();

    expect(session.head).toMatchObject({ phase: 'interrupted', turn_count: 1 });
    const before = await session.after(0);
    expect(finished(before)).toMatchObject({ status: 'interrupted' });
    const [partial] = ofType(before, 'assistant.message');
    expect(partial).toMatchObject({ message_id: shown.message_id, interrupted: true });
    expect(partial!.text.length).toBeGreaterThanOrEqual(shown.offset + shown.text.length);
    expect(ENDLESS.response.content.startsWith(partial!.text)).toBe(true);

    room.server.mock.clearFixtures();
    room.server.mock.onMessage('tell me a story', { content: 'Once upon a time. The end.' });
    const events = await resume(room, session, room.run).ended;

    expect(finished(events)).toMatchObject({ status: 'completed', turn: 2 });
    expect(ofType(events, 'assistant.message').map(({ text }) => text)).toEqual([
      'Once upon a time. The end.',
    ]);
    expect(session.transcript.map(({ role }) => role)).toEqual(['user', 'assistant']);
    const seqs = (await session.after(0)).map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
  });

  test('goes on although it is killed a second time before it had begun again', async () => {
    const rule = { event: 'prompt:submit', result: { action: 'ASK_USER', approval_prompt: 'Send it?' } };
    const room = openRoom([], [rule]);
    const first = startChild(room);
    const asked = await first.until('approval.requested');
    await (await first.kill()).close();
    const second = startChild(room, { prompt: undefined });
    await second.until('service.started', ({ service }) => service === 'ruled-hooks');
    const session = await second.kill();
    expect(session.transcript).toEqual([]);

    const running = resume(room, session);
    await running.until('service.started', ({ service }) => service === 'ruled-hooks');
    room.host.answer(asked.approval_id, { choice: 'Allow once' });
    const events = await running.ended;

    expect(finished(events)).toMatchObject({ status: 'completed' });
    expect(ofType(events, 'approval.requested')).toEqual([]);
    expect(session.transcript[0]).toEqual({ role: 'user', content: 'begin' });
  });
});

describe('killed while a question waits (RT-33)', () => {
  const openQuestion = async () => {
    const room = openRoom([note('milk')], [ASK]);
    const child = startChild(room);
    const asked = await child.until('approval.requested');
    return { room, asked, session: await child.kill() };
  };

  const openQuestions = async () => {
    const room = openRoom([note('a'), note('b')], [ASK]);
    const child = startChild(room);
    const about = (text: string) =>
      child.until('approval.requested', ({ subject }) => subject.tool_input?.text === text);
    const [a, b] = [await about('a'), await about('b')];
    return { room, a, b, session: await child.kill() };
  };

  test('has the same question with the same deadline afterwards; the answer is what runs, once', async () => {
    const { room, asked, session } = await openQuestion();
    expect(session.head).toMatchObject({ phase: 'interrupted', pending_approvals: [asked.approval_id] });
    room.host.approvals.restore(session, await session.pendingApprovals());
    expect(room.host.approvals.pending(session.id)).toEqual([asked]);

    const { resume: waiting } = room.host.answer(asked.approval_id, {
      choice: 'Allow once',
      edited: { text: 'oat milk' },
    });
    expect(waiting).toBe(session);
    const events = await resume(room, session).ended;

    expect(notes(room)).toBe('oat milk\n');
    expect(ofType(events, 'approval.requested')).toEqual([]);
    expect(ofType(events, 'tool.started')).toMatchObject([{ input: { text: 'oat milk' } }]);
    expect(finished(events)).toMatchObject({ status: 'completed' });
    expect(results(session)).toEqual([['noted oat milk', false]]);
    expect(ofType(await session.after(0), 'approval.answered')).toMatchObject([
      { approval_id: asked.approval_id, granted: true, by: 'person' },
    ]);
    expect(session.head).toMatchObject({ phase: 'idle', pending_approvals: [] });
  });

  test('may be resumed first and answered then', async () => {
    const { room, a, b, session } = await openQuestions();
    room.host.approvals.restore(session, await session.pendingApprovals());
    room.host.answer(b.approval_id, { choice: 'Allow once' });
    const running = resume(room, session);
    await running.until('turn.started');
    expect(session.head.phase).toBe('approval');
    // It comes second, so the first question waits again by now.
    await running.until('tool.started');

    expect(room.host.answer(a.approval_id, { choice: 'Deny', reason: 'changed my mind' })).toEqual({});
    const events = await running.ended;

    expect(ofType(events, 'approval.requested')).toEqual([]);
    expect(notes(room)).toBe('b\n');
    expect(results(session)).toEqual([
      ['Denied by hook: The person said no: changed my mind', true],
      ['noted b', false],
    ]);
  });

  test('waits for the last of several answers before it goes on', async () => {
    const { room, a, b, session } = await openQuestions();
    room.host.approvals.restore(session, await session.pendingApprovals());

    expect(room.host.answer(b.approval_id, { choice: 'Allow once' })).toEqual({});
    expect(room.host.answer(a.approval_id, { choice: 'Deny' })).toEqual({ resume: session });
    await resume(room, session).ended;

    expect(notes(room)).toBe('b\n');
    expect(results(session).map(([, isError]) => isError)).toEqual([true, false]);
  });

  test('closes the question when the person sends a new prompt instead', async () => {
    const { room, asked, session } = await openQuestion();

    const events = await room.turn(session, 'never mind');

    expect(ofType(events, 'approval.answered')[0]).toMatchObject({
      approval_id: asked.approval_id,
      by: 'cancel',
    });
    expect(notes(room)).toBe('');
  });
});

describe('killed while tools run (RT-33)', () => {
  test('closes the call as interrupted and does not run it again', async () => {
    const room = openRoom([hold('a')]);
    const child = startChild(room);
    await child.until('tool.started');
    await vi.waitFor(() => expect(fs.existsSync(path.join(room.folder, 'a.held'))).toBe(true));

    const session = await child.kill();
    expect(session.head).toMatchObject({ phase: 'interrupted', running_tools: 0 });
    const events = await resume(room, session).ended;

    expect(finished(events)).toMatchObject({ status: 'completed' });
    expect(results(session)).toEqual([[expect.stringMatching(/^Interrupted: .* not known/), true]]);
    const all = await session.after(0);
    expect(ofType(all, 'tool.started')).toHaveLength(1);
    expect(ofType(all, 'tool.finished')).toMatchObject([{ success: false, error: { kind: 'crashed' } }]);
  });

  test('keeps what a call answered whose neighbour was still running', async () => {
    const room = openRoom([note('milk'), hold('b')]);
    const child = startChild(room);
    await child.until('tool.started', ({ name }) => name === 'hold');
    await child.until('tool.finished', ({ name }) => name === 'note');

    const session = await child.kill();
    await resume(room, session).ended;

    expect(notes(room)).toBe('milk\n');
    const byCall = new Map(
      session.transcript.filter(({ role }) => role === 'tool').map(({ name, content }) => [name, content]),
    );
    expect(byCall.get('note')).toBe('noted milk');
    expect(byCall.get('hold')).toMatch(/^Interrupted/);
    expect(session.transcript.at(-1)).toMatchObject({ role: 'assistant' });
  });

  test('keeps an answer too large for the event log, whole', async () => {
    const room = openRoom([{ name: 'much', input: { length: 50_000 } }, hold('b')]);
    const child = startChild(room);
    const { output } = await child.until('tool.finished', ({ name }) => name === 'much');
    await child.until('tool.started', ({ name }) => name === 'hold');
    expect(output).toMatchObject({ $ref: expect.any(String) });

    const session = await child.kill();
    await resume(room, session).ended;

    const answered = session.transcript.find(({ name }) => name === 'much');
    expect(answered?.content).toBe('much '.repeat(10_000));
  });

  test('says so when the file of such an answer is gone, and goes on with its beginning', async () => {
    const room = openRoom([{ name: 'much', input: { length: 50_000 } }, hold('b')]);
    const child = startChild(room);
    const { output } = await child.until('tool.finished', ({ name }) => name === 'much');
    await child.until('tool.started', ({ name }) => name === 'hold');

    const session = await child.kill();
    fs.rmSync(path.join(session.folder, 'blobs', (output as { $ref: string }).$ref));
    const events = await resume(room, session).ended;

    const answered = session.transcript.find(({ name }) => name === 'much');
    expect(answered?.content).toMatch(/^much much .*…\n\(The stored value .* cannot be read\.\)$/s);
    expect(finished(events)).toMatchObject({ status: 'completed' });
  });

  test('leaves no command of the dead editor running (RT-22)', async () => {
    const command = `${JSON.stringify(process.execPath)} -e "console.log(process.pid); setInterval(() => {}, 1000)"`;
    const room = openRoom([{ name: 'bash', input: { command } }]);
    const child = startChild(room);
    const { text } = await child.until('tool.progress', (event) => /^\d+\s/.test(event.text));

    const session = await child.kill();

    await expectGone(Number.parseInt(text, 10));
    expect(session.head.phase).toBe('interrupted');
  });
});
