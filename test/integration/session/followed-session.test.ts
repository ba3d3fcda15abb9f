/** A session that a second process owns and works in, followed from here: nothing is locked or mended (DL-35). */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { SessionEvent } from '../../../src/protocol/events.ts';
import type { SessionHead } from '../../../src/protocol/session-head.ts';
import { FollowedBranches } from '../../../src/session/followed-branches.ts';
import type { FollowedSession } from '../../../src/session/followed-session.ts';
import type { SessionStore } from '../../../src/session/store.ts';
import { startOwner } from '../../builders/other-owner.ts';
import { storeIn, temporaryFolder } from '../../builders/session-home.ts';

describe('a session that another process works in (DL-35)', () => {
  test('is shown as far as it is on disk, with who owns it, then event by event over several turns', async () => {
    const { owner, store } = await elsewhere('start', 'say');
    const { session, types } = await followed(store);

    expect(session.owner).toEqual({ pid: owner.pid, place: 'terminal' });
    expect(typesOf((await session.page({ limit: 10 })).events)).toEqual([
      'session.started',
      'turn.started',
      'assistant.message',
    ]);
    await owner.do('say', 'finish', 'start', 'say', 'finish');

    await expect
      .poll(types)
      .toEqual(['assistant.message', 'turn.finished', 'turn.started', 'assistant.message', 'turn.finished']);
    expect(session.head).toMatchObject({ phase: 'idle', turn_count: 2, last_seq: 8 });
    expect(typesOf(await session.after(6))).toEqual(['assistant.message', 'turn.finished']);
  });

  test('is paged back to its beginning while more is written, and large values are read', async () => {
    const { owner, store } = await elsewhere('start', 'sayMuch', 'sayLarge');
    const { session, events } = await followed(store);

    const newest = await session.page({ limit: 200 });
    await owner.do('sayMuch');
    const seqs = newest.events.map(({ seq }) => seq);
    for (let hasOlder = newest.hasOlder; hasOlder; ) {
      const page = await session.page({ beforeSeq: seqs[0]!, limit: 200 });
      seqs.unshift(...page.events.map(({ seq }) => seq));
      hasOlder = page.hasOlder;
    }

    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    await expect.poll(() => events.length).toBe(3_000);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => 3_004 + index));
    const large = newest.events.at(-1) as SessionEvent & { output: { $ref: string } };
    expect(await session.blob(large.output.$ref)).toBe('x'.repeat(20_000));
  });

  test('waits for a line that is written in two parts, also when it is paged meanwhile', async () => {
    const { owner, store } = await elsewhere('start', 'beginLine');
    const { session, events } = await followed(store);

    expect(typesOf((await session.page({ limit: 10 })).events)).toEqual(['session.started', 'turn.started']);
    await owner.do('endLine');

    await expect.poll(() => events).toMatchObject([{ seq: 3, text: 'in two parts: größer' }]);
    expect((await session.page({ limit: 1 })).events).toMatchObject([{ seq: 3 }]);
  });

  test('is interrupted when its owner is killed, untouched meanwhile, and can be opened then', async () => {
    const { owner, store } = await elsewhere('start', 'say', 'beginLine');
    const { session } = await followed(store);
    const file = path.join((await store.look('other')).folder, 'events.jsonl');
    const before = fs.readFileSync(file);
    expect(session.head.phase).toBe('starting');

    await owner.kill();

    await expect.poll(() => session.owner).toBeUndefined();
    expect(session.head).toMatchObject({ phase: 'interrupted', turn_started_at: undefined });
    expect(fs.readFileSync(file)).toEqual(before);
    const opened = await store.open('other');
    expect(opened.head.phase).toBe('interrupted');
    // Who opened it owns it, and is followed like anybody else.
    await expect.poll(() => session.owner?.pid).toBe(process.pid);
    await expect.poll(() => session.head.last_seq).toBe(opened.head.last_seq);
  });

  test('tells when its owner is done with it', async () => {
    const { owner, store } = await elsewhere('start', 'finish');
    const { session } = await followed(store);
    let told = 0;
    session.onOwner(() => {
      told += 1;
    });

    await owner.do('release');

    await expect.poll(() => told).toBe(1);
    expect(session.owner).toBeUndefined();
    expect(session.head.phase).toBe('idle');
  });

  test('is left alone once it is disposed of, and may be deleted while it is followed', async () => {
    const { owner, store } = await elsewhere('start', 'finish', 'release');
    const { session, events, problems } = await followed(store);
    await store.delete('other');
    await expect.poll(() => session.page({ limit: 10 })).toEqual({ events: [], hasOlder: false });
    expect(problems).toEqual([]);
    session[Symbol.dispose]();
    await owner.kill();
    expect(events).toEqual([]);
  });
});

describe('what works below a session that another process works in (DL-35)', () => {
  test('is told as it changes, whether it began before or after, and can be followed itself', async () => {
    const { owner, store } = await elsewhere('start');
    const { session } = await followed(store);
    const { heads, branches } = below(store, session);
    await branches.list();
    expect(branches.has('other-child')).toBe(true);

    await owner.do('delegate');
    await expect.poll(() => heads.at(-1)?.phase).toBe('starting');
    const late = below(store, session);
    await expect.poll(() => late.heads.at(-1)?.phase).toBe('starting');

    const child = await followed(store, 'other-child');
    await owner.do('childSay', 'undelegate');

    await expect.poll(child.types).toEqual(['assistant.message', 'turn.finished']);
    await expect.poll(() => heads.at(-1)).toMatchObject({ phase: 'idle', turn_count: 1 });
    await expect.poll(() => late.heads.at(-1)).toMatchObject({ phase: 'idle', turn_count: 1 });
    // It is given more work.
    await owner.do('delegate');
    await expect.poll(() => heads.at(-1)).toMatchObject({ phase: 'starting', turn_count: 2 });
  });

  test('is interrupted with its owner', async () => {
    const { owner, store } = await elsewhere('start', 'delegate');
    const { session } = await followed(store);
    const { heads } = below(store, session);
    await expect.poll(() => heads.at(-1)?.phase).toBe('starting');

    await owner.kill();

    await expect.poll(() => heads.at(-1)?.phase).toBe('interrupted');
  });
});

/** A session "other" with a child, in a second process that has done these things. */
async function elsewhere(...words: string[]) {
  const home = temporaryFolder();
  const owner = await startOwner(home, 'other');
  await owner.do(...words);
  return { owner, store: storeIn(home) };
}

async function followed(store: SessionStore, id = 'other') {
  const problems: string[] = [];
  const session = await store.follow(id, (problem) => problems.push(problem));
  onTestFinished(() => session[Symbol.dispose]());
  const events: SessionEvent[] = [];
  session.subscribe((event) => events.push(event));
  return { session, events, problems, types: () => typesOf(events) };
}

function below(store: SessionStore, root: FollowedSession) {
  const heads: SessionHead[] = [];
  const problems: string[] = [];
  const branches = new FollowedBranches(root, {
    list: async (cwd) => (await store.list({ cwd })).heads,
    follow: (id) => store.follow(id, (problem) => problems.push(problem)),
    onHead: (head) => heads.push(head),
    onProblem: (problem) => problems.push(problem),
  });
  onTestFinished(() => branches[Symbol.dispose]());
  return { heads, branches };
}

function typesOf(events: readonly SessionEvent[]): string[] {
  return events.map(({ type }) => type);
}
