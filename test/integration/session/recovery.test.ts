/** What a crash left on disk, mended when the session is opened again (RT-14, RT-33, DL-30, DL-32). */
import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SessionEvent } from '../../../src/protocol/events.ts';
import type { Session } from '../../../src/session/session.ts';
import {
  approvalRequested,
  message,
  notice,
  toolFinished,
  toolStarted,
  turnFinished,
  turnStarted,
} from '../../builders/session-events.ts';
import { linesOf, newSession, projectCwd, storeIn, temporaryFolder } from '../../builders/session-home.ts';

describe('a last line that a crash cut off', () => {
  test('is set aside, reported, and costs nothing else', async () => {
    const { home, session } = await closedSession((open) => {
      open.append(notice('one'));
      open.append(notice('two'));
    });
    const file = path.join(session.folder, 'events.jsonl');
    cut(file, 20);
    const torn = fs.readFileSync(file, 'utf8').split('\n').at(-1)!;

    const again = await storeIn(home).open(session.id);

    const aside = fs.readdirSync(session.folder).find((name) => name.startsWith('events.jsonl.torn-'));
    expect(fs.readFileSync(path.join(session.folder, aside!), 'utf8')).toBe(torn);
    expect(again.problems).toEqual([
      `events.jsonl: the last line was cut off and was set aside as ${aside}.`,
      'events.jsonl ends at event 2; 3 were stored. The last ones are lost.',
    ]);
    expect((await again.after(1)).map(textOf)).toEqual(['one', ...again.problems]);
    expect(again.head.last_seq).toBe(4);
  });

  test('of the transcript is set aside too', async () => {
    const { home, session } = await closedSession((open) => {
      open.addMessage({ role: 'user', content: 'whole' });
      open.addMessage({ role: 'assistant', content: 'torn' });
    });
    cut(path.join(session.folder, 'transcript.jsonl'), 3);

    const again = await storeIn(home).open(session.id);

    expect(again.transcript).toEqual([{ role: 'user', content: 'whole' }]);
    expect(again.problems).toEqual([expect.stringMatching(/^transcript\.jsonl: the last line was cut off/)]);
    again.addMessage({ role: 'assistant', content: 'anew' });
    await again.flush();
    expect(linesOf(again, 'transcript.jsonl')).toEqual(again.transcript);
  });

  test('that lacks only its newline is whole', async () => {
    const { home, session } = await closedSession((open) => open.append(notice('last')));
    cut(path.join(session.folder, 'events.jsonl'), 1);

    const again = await storeIn(home).open(session.id);
    again.append(notice('next'));
    await again.flush();

    expect(again.problems).toEqual([]);
    expect(linesOf(again, 'events.jsonl').map((event) => textOf(event as SessionEvent))).toEqual([
      undefined,
      'last',
      'next',
    ]);
  });

  test('costs at most itself, wherever the file ends (RT-14)', async () => {
    const { session } = await closedSession((open) => {
      open.turn = 1;
      open.append(turnStarted);
      open.append(message('ünïcode 𝄞 text'));
      open.append(toolStarted('c1', { command: 'x'.repeat(300) }));
      open.append(toolFinished('c1', { large: 'y'.repeat(9_000) }));
      open.append(turnFinished);
      open.append(notice('end'));
    });
    const whole = fs.readFileSync(path.join(session.folder, 'events.jsonl'));
    const events = whole
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as SessionEvent);
    const ends = [...whole.entries()].filter(([, byte]) => byte === 10).map(([index]) => index);

    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length }), async (length) => {
        const copy = copyOf(session);
        fs.truncateSync(path.join(copy.folder, 'events.jsonl'), length);

        await using again = await copy.store.open(session.id);
        const found = await again.after(0);

        // A line is there as soon as all but its newline is.
        const whole = ends.filter((end) => end <= length).length;
        expect(found.slice(0, whole)).toEqual(events.slice(0, whole).map(jsonOf));
        expect(found.map((event) => event.seq)).toEqual(found.map((_, index) => index + found[0]!.seq));
        expect(again.head).toMatchObject({
          cwd: projectCwd,
          last_seq: found.at(-1)?.seq ?? again.head.last_seq,
        });
        expect(again.head.turn_started_at).toBeUndefined();
        await copy.store.close();
        fs.rmSync(copy.home, { recursive: true });
      }),
      { numRuns: 60 },
    );
  });
});

describe('lines in the middle that are not events', () => {
  test('are passed over and named by their numbers', async () => {
    const { home, session } = await closedSession((open) => {
      open.append(notice('one'));
      open.append(notice('two'));
    });
    const file = path.join(session.folder, 'events.jsonl');
    const [first, second, third] = fs.readFileSync(file, 'utf8').trimEnd().split('\n');
    fs.writeFileSync(file, [first, '\0\0\0', second, '{"seq": "x"}', '', third, ''].join('\n'));

    const again = await storeIn(home).open(session.id);

    expect((await again.after(0)).map(textOf)).toEqual([undefined, 'one', 'two']);
    expect([...again.problems].sort()).toEqual([
      'events.jsonl: line 2 is not an event and was passed over.',
      'events.jsonl: line 4 is not an event and was passed over.',
    ]);
  });

  test('of the transcript are named too, and wrapped messages are read (DL-30)', async () => {
    const { home, session } = await closedSession(() => undefined);
    const lines = [
      '{"message":{"role":"user","content":"wrapped"}}',
      'garbage',
      '{"role":"assistant","content":"bare"}',
    ];
    fs.writeFileSync(path.join(session.folder, 'transcript.jsonl'), `${lines.join('\n')}\n`);

    const again = await storeIn(home).open(session.id);

    expect(again.transcript.map((each) => each.content)).toEqual(['wrapped', 'bare']);
    expect(again.problems).toEqual(['transcript.jsonl: line 2 is not a message and was passed over.']);
  });
});

describe('a turn without its end (RT-33)', () => {
  test('is finished as interrupted, its tools too; open questions stay open', async () => {
    const { home, session } = await closedSession((open) => {
      open.turn = 1;
      open.append(turnStarted);
      open.append(toolStarted('c1'));
      open.append(toolStarted('c2'));
      open.append(toolFinished('c2'));
      open.append(approvalRequested('a1'));
      open.live({ type: 'assistant.delta', message_id: 'm1', text: 'Half an ans' }, 'explorer');
      open.live({ type: 'tool.progress', call_id: 'c1', text: 'printed so far' });
    });

    const again = await storeIn(home).open(session.id);

    expect(await again.after(6)).toEqual([
      expect.objectContaining({
        type: 'assistant.message',
        agent: 'explorer',
        text: 'Half an ans',
        interrupted: true,
      }),
      expect.objectContaining({
        type: 'tool.finished',
        call_id: 'c1',
        success: false,
        output: 'printed so far',
      }),
      expect.objectContaining({ type: 'turn.finished', status: 'interrupted', turn: 1 }),
    ]);
    expect(again.head).toMatchObject({ phase: 'interrupted', pending_approvals: ['a1'], running_tools: 0 });
    expect(again.turn).toBe(1);
    expect(again.inFlight()).toEqual([]);
    expect(fs.statSync(path.join(session.folder, 'live.jsonl')).size).toBe(0);
  });

  test('is mended once: opening again adds nothing', async () => {
    const { home, session } = await closedSession((open) => {
      open.append(turnStarted);
      open.append(toolStarted('c1'));
      open.live({ type: 'thinking.delta', message_id: 'm1', text: 'hm' });
    });
    const first = await storeIn(home).open(session.id);
    const { last_seq } = first.head;
    await first.close();

    const second = await storeIn(home).open(session.id);

    expect(second.head.last_seq).toBe(last_seq);
    expect(second.problems).toEqual([]);
  });

  test('is mended once even when a crash cuts the mending short at any line', async () => {
    const { home, session } = await closedSession((open) => {
      open.append(turnStarted);
      open.append(toolStarted('c1'));
      open.live({ type: 'assistant.delta', message_id: 'm1', text: 'text' });
    });
    const unmended = copyOf(session);
    const mended = await storeIn(home).open(session.id);
    const expected = (await mended.after(0)).map((event) => event.type);
    const lines = fs.readFileSync(path.join(mended.folder, 'events.jsonl'), 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(6);

    for (let kept = 3; kept <= lines.length; kept++) {
      const copy = copyOf(unmended);
      fs.writeFileSync(path.join(copy.folder, 'events.jsonl'), `${lines.slice(0, kept).join('\n')}\n`);

      const again = await copy.store.open(session.id);

      expect((await again.after(0)).map((event) => event.type).sort()).toEqual(expected.toSorted());
    }
  });

  test('whose beginning is lost is over all the same', async () => {
    const { home, session } = await closedSession((open) => open.append(turnStarted));
    fs.truncateSync(path.join(session.folder, 'events.jsonl'), 0);

    const again = await storeIn(home).open(session.id);

    expect(again.head).toMatchObject({ phase: 'interrupted', last_seq: 2, running_tools: 0 });
    expect(again.append(notice('next')).seq).toBe(3);
  });
});

describe('metadata that cannot be read', () => {
  test('is made anew from the events', async () => {
    const { home, session } = await closedSession((open) => {
      open.turn = 1;
      open.append(turnStarted);
      open.append({ type: 'prompt', text: 'Fix the flaky test' });
      open.append(turnFinished);
    });
    const { head } = session;
    fs.writeFileSync(path.join(session.folder, 'metadata.json'), '{"session_id"');

    const again = await storeIn(home).open(session.id);

    expect(again.problems).toEqual(['metadata.json could not be read; it was made anew from events.jsonl.']);
    expect(again.head).toMatchObject({
      title: 'Fix the flaky test',
      cwd: projectCwd,
      created_at: head.created_at,
    });
    expect(again.append(notice('next')).seq).toBe(6);
    await again.close();
    expect((await storeIn(home).list()).heads).toEqual([again.head]);
  });

  test('and cannot be made anew is an error that changes nothing (DL-32)', async () => {
    const { home, session } = await closedSession(() => undefined);
    fs.writeFileSync(path.join(session.folder, 'metadata.json'), 'null');
    fs.writeFileSync(path.join(session.folder, 'events.jsonl'), '');

    const opening = storeIn(home).open(session.id);

    await expect(opening).rejects.toMatchObject({
      kind: 'config',
      message: `Corrupted session metadata for '${session.id}'.`,
    });
    expect(fs.readFileSync(path.join(session.folder, 'metadata.json'), 'utf8')).toBe('null');
    expect(fs.readdirSync(session.folder).filter((name) => name.endsWith('.lock'))).toEqual([]);
  });

  test('of another host is used, and what else it holds is kept (DL-30, DL-31)', async () => {
    const home = temporaryFolder();
    const folder = path.join(home, 'projects', '-project', 'sessions', 'foreign');
    fs.mkdirSync(folder, { recursive: true });
    const metadata = {
      session_id: 'foreign',
      agent_name: 'x',
      working_dir: projectCwd,
      config: { a: 1 },
      turn_count: 2,
    };
    fs.writeFileSync(path.join(folder, 'metadata.json'), JSON.stringify(metadata));
    fs.writeFileSync(path.join(folder, 'transcript.jsonl'), '{"role":"user","content":"Hi"}\n');

    const session = await storeIn(home).open('foreign');
    expect(session.turn).toBe(2);
    expect(session.transcript).toHaveLength(1);
    session.append({ type: 'session.titled', title: 'Mine now', by: 'person' });
    await session.close();

    expect(JSON.parse(fs.readFileSync(path.join(folder, 'metadata.json'), 'utf8'))).toMatchObject({
      title: 'Mine now',
      config: { a: 1 },
      agent_name: 'x',
      turn_count: 2,
    });
  });
});

test('a state that cannot be read is set aside and reported', async () => {
  const { home, session } = await closedSession(() => undefined);
  fs.writeFileSync(path.join(session.folder, 'state.json'), '[1');

  const again = await storeIn(home).open(session.id);

  expect(again.getState('a')).toBeUndefined();
  expect(again.problems).toEqual(['state.json could not be read and was set aside as state.json.broken.']);
  expect(fs.readFileSync(path.join(session.folder, 'state.json.broken'), 'utf8')).toBe('[1');
});

/** A session as it lies on disk after what `fill` did. */
async function closedSession(fill: (session: Session) => void): Promise<{ home: string; session: Session }> {
  const { home, session } = await newSession();
  fill(session);
  await session.close();
  return { home, session };
}

function copyOf(session: Pick<Session, 'folder'>) {
  const home = temporaryFolder();
  const folder = path.join(home, 'projects', 'copy', 'sessions', path.basename(session.folder));
  fs.cpSync(session.folder, folder, { recursive: true });
  return { home, folder, store: storeIn(home) };
}

function cut(file: string, bytes: number): void {
  fs.truncateSync(file, fs.statSync(file).size - bytes);
}

function textOf(event: SessionEvent): string | undefined {
  return 'text' in event ? event.text : undefined;
}

/** As JSON gives it back: without fields that are undefined. */
function jsonOf(event: SessionEvent): unknown {
  return JSON.parse(JSON.stringify(event));
}
