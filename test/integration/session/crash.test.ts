/** A process that is killed while it writes, and the lock that keeps two from writing (RT-14, RT-33, DL-35). */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createSessionStore } from '../../../src/session/store.ts';
import { newSession, projectCwd, storeIn, temporaryFolder } from '../../builders/session-home.ts';

describe('a process killed in the middle of writing', () => {
  test.each([1, 2, 3])('loses nothing it knew to be on disk (RT-14), try %i', async (attempt) => {
    const home = temporaryFolder();
    const writer = startWriter(home);
    const reached = await writer.reached(attempt * 7);
    await writer.kill();

    const session = await storeIn(home).open('busy');

    const events = await session.after(0);
    expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
    expect(events.length).toBeGreaterThanOrEqual(reached.seq);
    expect(session.transcript.length).toBeGreaterThanOrEqual(reached.messages);
    expect(session.transcript.map((message) => message.content)).toEqual(
      session.transcript.map((_, index) => `message ${index + 1}`),
    );
    // A torn line is the only thing that may have been found.
    expect(session.problems.filter((problem) => !problem.includes('the last line was cut off'))).toEqual([]);
  });

  test('has its turn and tool ended as interrupted, and the text it was streaming kept (RT-33)', async () => {
    const home = temporaryFolder();
    const writer = startWriter(home);
    await writer.reached(1);
    await writer.kill();

    const session = await storeIn(home).open('busy');

    const { events } = await session.page({ limit: 4 });
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'assistant.message',
        text: 'streamed until the end ',
        interrupted: true,
      }),
    );
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'tool.finished',
        call_id: 'c1',
        success: false,
        error: expect.objectContaining({ kind: 'crashed' }),
      }),
    );
    expect(events.filter((event) => event.type !== 'notice').at(-1)).toMatchObject({
      type: 'turn.finished',
      status: 'interrupted',
    });
    expect(session.head.phase).toBe('interrupted');
  });
});

describe('a session that another process has open (DL-35)', () => {
  test('is refused by naming that process, is not touched, and opens once it is gone', async () => {
    const home = temporaryFolder();
    const writer = startWriter(home);
    await writer.reached(1);
    const store = storeIn(home);

    await expect(store.open('busy')).rejects.toMatchObject({
      kind: 'config',
      message: `Session "busy" is open in another window (pid ${writer.pid}).`,
    });
    // What its head says comes to disk a little after its events.
    await expect.poll(async () => (await store.list()).heads).toMatchObject([{ phase: 'tools' }]);
    await expect(store.delete('busy')).rejects.toThrow(/is at work/);
    await writer.reached(2);

    await writer.kill();
    expect((await store.list()).heads).toEqual([expect.objectContaining({ phase: 'interrupted' })]);
    expect((await store.open('busy')).head.phase).toBe('interrupted');
  });

  test('is refused within one process too, until it is closed there', async () => {
    const { home, session } = await newSession({ sessionId: 'abc' });
    const other = storeIn(home);

    await expect(other.open('abc')).rejects.toThrow(`(pid ${process.pid})`);
    await session.close();
    expect((await other.open('abc')).id).toBe('abc');
  });

  test('is refused by naming the terminal it is open in', async () => {
    const home = temporaryFolder();
    const terminal = createSessionStore({ home, place: 'terminal' });
    onTestFinished(() => terminal.close());
    await terminal.create({ cwd: projectCwd, agent: 'root', sessionId: 'abc' });

    await expect(storeIn(home).open('abc')).rejects.toMatchObject({
      message: `Session "abc" is open in a terminal (pid ${process.pid}).`,
      remedy: expect.stringContaining('Go on in that terminal'),
    });
  });

  test('is taken over by one alone when several find its owner dead', async () => {
    const { home, session } = await newSession({ sessionId: 'abc' });
    await session.close();
    writeLock(session.folder, { pid: await deadPid() });

    const openings = await Promise.allSettled(Array.from({ length: 5 }, () => storeIn(home).open('abc')));

    expect(openings.filter((opening) => opening.status === 'fulfilled')).toHaveLength(1);
    for (const opening of openings) {
      if (opening.status === 'rejected') expect(String(opening.reason)).toMatch(/is open in another window/);
    }
    expect(locksIn(session.folder)).toHaveLength(1);
  });

  test.each([
    ['whose process is gone', async () => ({ pid: await deadPid() })],
    ['whose process id was given to another', async () => ({ start: '1', seen_at: 0 })],
    ['on another machine that shows no life', async () => ({ machine: 'elsewhere' })],
    ['that is torn', async () => 'torn'],
  ])('is opened past a lock %s', async (_, lock) => {
    const { home, session } = await newSession({ sessionId: 'abc' });
    await session.close();
    writeLock(session.folder, await lock());

    expect((await storeIn(home).open('abc')).id).toBe('abc');
  });

  test('is refused while an owner on another machine shows life', async () => {
    const { home, session } = await newSession({ sessionId: 'abc' });
    await session.close();
    writeLock(session.folder, { pid: 4711, machine: 'elsewhere' }, new Date());

    await expect(storeIn(home).open('abc')).rejects.toThrow('(pid 4711)');
  });
});

/** A lock as some process may have left it; without `signOfLife`, long ago. */
function writeLock(folder: string, lock: Record<string, unknown> | string, signOfLife = new Date(0)): void {
  const file = path.join(folder, 'owner-old.lock');
  const whole = {
    pid: process.pid,
    seen_at: Date.now(),
    machine: `${process.platform} ${os.hostname()}`,
    owns: true,
  };
  fs.writeFileSync(file, typeof lock === 'string' ? lock : JSON.stringify({ ...whole, ...lock }));
  fs.utimesSync(file, signOfLife, signOfLife);
}

function locksIn(folder: string): string[] {
  return fs.readdirSync(folder).filter((name) => name.endsWith('.lock'));
}

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid!;
}

interface Reached {
  readonly seq: number;
  readonly messages: number;
}

function startWriter(home: string) {
  const script = path.join(import.meta.dirname, 'busy-writer.ts');
  const child: ChildProcess = spawn(process.execPath, [script, home, projectCwd, 'busy'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface(child.stdout!)[Symbol.asyncIterator]();
  return {
    pid: child.pid,
    /** Waits for so many reports and gives the last. */
    async reached(reports: number): Promise<Reached> {
      let last: Reached | undefined;
      for (let i = 0; i < reports; i++) last = JSON.parse((await lines.next()).value as string);
      return last!;
    },
    async kill(): Promise<void> {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}
