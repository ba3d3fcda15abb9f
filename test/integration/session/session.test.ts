/** One open session: events, live text, messages, state, large values (RT-14, RT-15). */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { type EventOf, isReferenced, type SessionEvent } from '../../../src/protocol/events.ts';
import {
  approvalRequested,
  message,
  notice,
  toolFinished,
  toolStarted,
  turnFinished,
  turnStarted,
} from '../../builders/session-events.ts';
import { linesOf, newSession, reopened } from '../../builders/session-home.ts';

describe('appending an event', () => {
  test('stamps it, folds the head, tells subscribers at once, and stores it', async () => {
    const { session } = await newSession();
    const heard: SessionEvent[] = [];
    using _subscription = session.subscribe((event) => heard.push(event));
    session.turn = 1;

    const started = session.append(turnStarted);
    const tool = session.append(toolStarted('c1'), 'explorer');

    expect(started).toMatchObject({
      seq: 2,
      session_id: session.id,
      turn: 1,
      agent: 'root',
      type: 'turn.started',
    });
    expect(tool).toMatchObject({ seq: 3, agent: 'explorer' });
    expect(heard).toEqual([started, tool]);
    expect(session.head).toMatchObject({ last_seq: 3, phase: 'tools', running_tools: 1, turn_count: 1 });
    await session.flush();
    expect(linesOf(session, 'events.jsonl').slice(1)).toEqual([started, tool]);
  });

  test('writes each byte once, and what is appended during a write goes with the next', async () => {
    const { session } = await newSession();
    const handle = await fs.promises.open(path.join(session.folder, 'events.jsonl'));
    const write = vi.spyOn(Object.getPrototypeOf(handle), 'write');
    await handle.close();

    for (let i = 0; i < 3_500; i++) session.append(notice(`event ${i} ${'x'.repeat(200)}`));
    await session.flush();
    const writes = write.mock.calls.length;
    write.mockRestore();

    const seqs = linesOf(session, 'events.jsonl').map((event) => (event as SessionEvent).seq);
    expect(seqs).toEqual(Array.from({ length: 3_501 }, (_, index) => index + 1));
    expect(writes).toBeLessThan(10);
  });

  test('refuses live events, which are never stored', async () => {
    const { session } = await newSession();

    expect(() => session.append({ type: 'assistant.delta', message_id: 'm1', offset: 0, text: 'x' })).toThrow(
      /never stored/,
    );
  });

  test('keeps what cannot be written, says so once, and writes it when the disk takes it again', async () => {
    const { session } = await newSession();
    const notices: SessionEvent[] = [];
    using _subscription = session.subscribe((event) => event.type === 'notice' && notices.push(event));
    const handle = await fs.promises.open(path.join(session.folder, 'events.jsonl'));
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const write = vi.spyOn(Object.getPrototypeOf(handle), 'write').mockRejectedValue(full);
    await handle.close();

    session.append(message('one'));
    await expect(session.flush()).rejects.toMatchObject({
      kind: 'config',
      message: expect.stringMatching(/events\.jsonl" cannot be written: ENOSPC/),
      remedy: expect.stringContaining('Make room'),
    });
    session.append(message('two'));
    await expect(session.flush()).rejects.toThrow(/ENOSPC/);
    write.mockRestore();
    await session.flush();

    expect(notices).toEqual([
      expect.objectContaining({ level: 'error', text: expect.stringContaining('ENOSPC') }),
    ]);
    expect(linesOf(session, 'events.jsonl').map((event) => (event as SessionEvent).type)).toEqual([
      'session.started',
      'assistant.message',
      'notice',
      'assistant.message',
    ]);
  });

  test('that a disk takes only in part goes on from there', async () => {
    const { session } = await newSession();
    const handle = await fs.promises.open(path.join(session.folder, 'events.jsonl'));
    const prototype = Object.getPrototypeOf(handle) as { write: (bytes: Buffer) => Promise<unknown> };
    const { write } = prototype;
    const partly = vi
      .spyOn(prototype, 'write')
      .mockImplementationOnce(function (this: unknown, bytes: Buffer) {
        return write.call(this, bytes.subarray(0, 10));
      })
      .mockRejectedValueOnce(new Error('ENOSPC'));
    await handle.close();

    session.append(message('whole'));
    await expect(session.flush()).rejects.toThrow('ENOSPC');
    await session.flush();
    partly.mockRestore();

    expect(linesOf(session, 'events.jsonl')[1]).toMatchObject({ text: 'whole' });
  });
});

describe('a large value', () => {
  test('goes by reference in what is delivered and stored, and is fetched by it', async () => {
    const { home, session } = await newSession();
    const output = 'x'.repeat(9_000);

    const event = session.append(toolFinished('c1', output)) as EventOf<'tool.finished'>;

    if (!isReferenced(event.output)) expect.fail('the output was not replaced');
    const { $ref } = event.output;
    expect(event.output).toMatchObject({ bytes: 9_000 });
    expect(await session.blob($ref)).toBe(output);
    await session.flush();
    expect(linesOf(session, 'events.jsonl')[1]).toEqual(event);
    expect(fs.readFileSync(path.join(session.folder, 'blobs', $ref), 'utf8')).toBe(output);
    expect(await (await reopened(session, home)).blob($ref)).toBe(output);
  });

  test.each(['../metadata.json', 'A'.repeat(64), 'abc', ''])('is not fetched by %j', async (ref) => {
    const { session } = await newSession();

    await expect(session.blob(ref)).rejects.toThrow(/is not a reference/);
  });

  test('that is gone says so', async () => {
    const { session } = await newSession();

    await expect(session.blob('0'.repeat(64))).rejects.toThrow(/stored value 000000000000… cannot be read/);
  });
});

describe('live text', () => {
  test('is delivered with its offset, is not stored, and can be had by those who join late', async () => {
    const { session } = await newSession();
    const heard: SessionEvent[] = [];
    using _subscription = session.subscribe((event) => heard.push(event));

    session.live({ type: 'assistant.delta', message_id: 'm1', text: 'Hé𝄞' });
    session.live({ type: 'assistant.delta', message_id: 'm1', text: 'llo' });
    session.live({ type: 'tool.progress', call_id: 'c1', text: '50', percent: 50 }, 'explorer');

    expect(heard).toEqual([
      expect.objectContaining({ type: 'assistant.delta', offset: 0, text: 'Hé𝄞', seq: 1 }),
      expect.objectContaining({ type: 'assistant.delta', offset: 4, text: 'llo', seq: 1 }),
      expect.objectContaining({
        type: 'tool.progress',
        offset: 0,
        text: '50',
        percent: 50,
        agent: 'explorer',
      }),
    ]);
    expect(session.inFlight()).toEqual([
      expect.objectContaining({ type: 'assistant.delta', message_id: 'm1', offset: 0, text: 'Hé𝄞llo' }),
      expect.objectContaining({
        type: 'tool.progress',
        call_id: 'c1',
        offset: 0,
        text: '50',
        agent: 'explorer',
      }),
    ]);
    session.append(message('Hé𝄞llo', 'm1'));
    session.append(toolFinished('c1'));
    expect(session.inFlight()).toEqual([]);
  });

  test('is on disk while it streams, and the file is empty again when it is finished (RT-33)', async () => {
    const { session } = await newSession();
    const file = path.join(session.folder, 'live.jsonl');

    session.live({ type: 'assistant.delta', message_id: 'm1', text: 'Hel' });
    await vi.waitFor(() => expect(fs.readFileSync(file, 'utf8')).toContain('Hel'));
    session.live({ type: 'assistant.delta', message_id: 'm1', text: 'lo' });
    await session.flush();
    expect(linesOf(session, 'live.jsonl')).toEqual([
      expect.objectContaining({ id: 'm1', text: 'Hel' }),
      expect.objectContaining({ id: 'm1', text: 'lo' }),
    ]);

    session.append(message('Hello', 'm1'));
    await vi.waitFor(() => expect(fs.statSync(file).size).toBe(0));
  });

  test('that a turn ends without finishing is stored as interrupted', async () => {
    const { session } = await newSession();
    session.append(turnStarted);
    session.live({ type: 'assistant.delta', message_id: 'm1', text: 'Half an ans' });
    session.append({ ...turnFinished, type: 'turn.finished', status: 'cancelled' } as typeof turnFinished);

    const { events } = await session.page({ limit: 2 });

    expect(events).toEqual([
      expect.objectContaining({ type: 'assistant.message', text: 'Half an ans', interrupted: true }),
      expect.objectContaining({ type: 'turn.finished', status: 'cancelled' }),
    ]);
    expect(session.inFlight()).toEqual([]);
  });

  test('of a tool that prints without end costs bounded memory (RT-34)', async () => {
    const { session } = await newSession();
    const heard: SessionEvent[] = [];
    using _subscription = session.subscribe((event) => heard.push(event));

    for (let i = 0; i < 50; i++)
      session.live({ type: 'tool.progress', call_id: 'c1', text: 'x'.repeat(100_000) });

    expect(heard.length).toBeLessThan(15);
    expect((session.inFlight()[0] as EventOf<'tool.progress'>).text.length).toBeLessThan(1_200_000);
  });
});

describe('pages of events', () => {
  test('are given from the end back, from memory and from disk alike', async () => {
    const { home, session } = await newSession();
    for (let i = 2; i <= 2_000; i++) session.append(notice(`event ${i}`));
    await session.flush();

    for (const each of [session, await reopened(session, home)]) {
      expect(seqsOf(await each.page({ limit: 3 }))).toEqual({ seqs: [1998, 1999, 2000], hasOlder: true });
      expect(seqsOf(await each.page({ limit: 3, beforeSeq: 1_000 }))).toEqual({
        seqs: [997, 998, 999],
        hasOlder: true,
      });
      expect(seqsOf(await each.page({ limit: 3, beforeSeq: 4 }))).toEqual({
        seqs: [1, 2, 3],
        hasOlder: false,
      });
      expect(seqsOf(await each.page({ limit: 3, beforeSeq: 1 }))).toEqual({ seqs: [], hasOlder: false });
      expect((await each.page({ limit: 5_000 })).events.map((event) => event.seq)).toEqual(
        Array.from({ length: 2_000 }, (_, index) => index + 1),
      );
      expect((await each.after(1_500)).map((event) => event.seq)).toEqual(
        Array.from({ length: 500 }, (_, index) => index + 1_501),
      );
      expect(await each.after(2_000)).toEqual([]);
      expect((await each.after(0)).length).toBe(2_000);
    }
  });

  test('include what is not on disk yet', async () => {
    const { session } = await newSession();
    for (let i = 2; i <= 3_000; i++) session.append(notice(`event ${i}`));

    expect((await session.after(0)).length).toBe(3_000);
    expect(seqsOf(await session.page({ limit: 2, beforeSeq: 3 }))).toEqual({ seqs: [1, 2], hasOlder: false });
  });

  test('go on counting after a reopening', async () => {
    const { home, session } = await newSession();
    session.append(notice('before'));

    const again = await reopened(session, home);

    expect(again.append(notice('after')).seq).toBe(3);
    expect((await again.after(0)).map((event) => event.seq)).toEqual([1, 2, 3]);
  });
});

test('pending approvals are found again after a reopening, however far back', async () => {
  const { home, session } = await newSession();
  session.append(approvalRequested('a1'));
  session.append(approvalRequested('a2'));
  session.append({
    type: 'approval.answered',
    approval_id: 'a1',
    choice: 'Deny',
    granted: false,
    by: 'person',
    waited_ms: 1,
  });
  for (let i = 0; i < 1_500; i++) session.append(notice(`event ${i}`));

  const again = await reopened(session, home);

  expect(await again.pendingApprovals()).toEqual([expect.objectContaining({ approval_id: 'a2', seq: 3 })]);
  expect(again.head.pending_approvals).toEqual(['a2']);
});

describe('the transcript', () => {
  test('is on disk as messages flow, bare, and read back (RT-14)', async () => {
    const { home, session } = await newSession();
    session.addMessage({ role: 'user', content: 'Hello' });
    session.addMessage({ role: 'assistant', content: [{ type: 'text', text: 'Hi' }] });
    await session.flush();

    expect(linesOf(session, 'transcript.jsonl')).toEqual(session.transcript);
    expect((await reopened(session, home)).transcript).toEqual([
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: [{ type: 'text', text: 'Hi' }] },
    ]);
  });
});

describe('the state', () => {
  test('is written on change and loaded again (RT-15)', async () => {
    const { home, session } = await newSession();

    await Promise.all([
      session.setState('a', { b: [1] }),
      session.setState('__proto__', 'x'),
      session.setState('c', 1),
    ]);
    await session.setState('c', undefined);

    expect(JSON.parse(fs.readFileSync(path.join(session.folder, 'state.json'), 'utf8'))).toMatchObject({
      a: { b: [1] },
    });
    const again = await reopened(session, home);
    expect([
      again.getState('a'),
      again.getState('__proto__'),
      again.getState('c'),
      again.getState('d'),
    ]).toEqual([{ b: [1] }, 'x', undefined, undefined]);
  });

  test('holds JSON only, and not what a caller changes later', async () => {
    const { session } = await newSession();
    const value = { list: [1] };

    await session.setState('a', value);
    value.list.push(2);

    expect(session.getState('a')).toEqual({ list: [1] });
    await expect(session.setState('b', 1n)).rejects.toThrow('The state "b" can only hold JSON.');
  });
});

test('a turn start and finish put the head on disk at once', async () => {
  const { session } = await newSession();
  session.turn = 1;
  const stored = () => JSON.parse(fs.readFileSync(path.join(session.folder, 'metadata.json'), 'utf8'));

  session.append(turnStarted);
  await vi.waitFor(() =>
    expect(stored()).toMatchObject({ turn_count: 1, phase: 'starting', model: 'script' }),
  );
  session.append(turnFinished);
  await vi.waitFor(() => expect(stored()).toEqual(expect.objectContaining({ phase: 'idle', last_seq: 3 })));
});

test('closing twice is closing once', async () => {
  const { session } = await newSession();

  await Promise.all([session.close(), session.close()]);
  await session[Symbol.asyncDispose]();

  expect(fs.readdirSync(session.folder).filter((name) => name.endsWith('.lock'))).toEqual([]);
});

function seqsOf({ events, hasOlder }: { events: SessionEvent[]; hasOlder: boolean }) {
  return { seqs: events.map((event) => event.seq), hasOlder };
}
