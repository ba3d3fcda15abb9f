/** Questions and changes of hooks in whole turns: asked, answered, done as answered (RT-42). */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RunOptions } from '../../../src/host/host.ts';
import { isGrant } from '../../../src/protocol/approvals.ts';
import { finished, type HostRoom, ofType, openHostRoom, scripted } from '../../builders/host-turns.ts';
import { FIXTURES } from '../../builders/links.ts';
import { watch } from '../../builders/running-turn.ts';

const RUN: RunOptions = { provider: 'scripted', interactive: true, trusted: true };
const note = (text: string) => ({ name: 'note', input: { text } });

interface Rule {
  readonly event: string;
  readonly tool?: string;
  readonly result: Record<string, unknown>;
}
const ask = (more: Record<string, unknown> = {}): Rule => ({
  event: 'tool:pre',
  tool: 'note',
  result: { action: 'ASK_USER', approval_prompt: 'Write the note?', reason: 'it writes', ...more },
});

/** A model that asks for these calls at once and then ends; a hook with these rules looks on. */
function openRoom(
  rules: readonly Rule[],
  calls: readonly ReturnType<typeof note>[] = [note('milk')],
): HostRoom {
  const services = {
    'held-tools': { entry: path.join(FIXTURES, 'held-tools.ts') },
    'ruled-hooks': { entry: path.join(FIXTURES, 'ruled-hooks.ts'), config: { ruled: { rules } } },
  };
  return openHostRoom({ settings: scripted([{ tool_calls: calls }, { text: 'Done.' }], { services }) });
}

const notes = ({ folder }: HostRoom) => {
  const file = path.join(folder, 'notes.txt');
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined;
};
const results = (session: { readonly transcript: readonly { role: string; content?: unknown }[] }) =>
  session.transcript.filter(({ role }) => role === 'tool').map(({ content }) => content);

describe('a question about a call (RT-42)', () => {
  test('says exactly what would be done, who asks and why, and waits', async () => {
    const room = openRoom([ask()]);
    const session = await room.session();
    const running = watch(room.host.run(session, 'note it', RUN));

    const asked = await running.until('approval.requested');

    expect(asked).toMatchObject({
      prompt: 'Write the note?',
      options: ['Allow once', 'Deny'],
      default: 'deny',
      path: ['build'],
      subject: {
        tool_name: 'note',
        tool_input: { text: 'milk' },
        hook: 'ruled',
        service: 'ruled-hooks',
        reason: 'it writes',
      },
    });
    expect(asked.deadline_at - asked.at).toBeGreaterThan(299_000);
    expect(session.head).toMatchObject({ phase: 'approval', pending_approvals: [asked.approval_id] });
    expect(room.host.approvals.pending(session.id)).toEqual([asked]);
    expect(ofType(running.events, 'tool.started')).toEqual([]);

    room.host.answer(asked.approval_id, { choice: 'Allow once' });
    const events = await running.ended;

    expect(notes(room)).toBe('milk\n');
    expect(ofType(events, 'approval.answered')).toMatchObject([
      { approval_id: asked.approval_id, choice: 'Allow once', granted: true, by: 'person' },
    ]);
    expect(finished(events)).toMatchObject({ status: 'completed' });
    expect(session.head.pending_approvals).toEqual([]);
  });

  test('answered with an edit runs what the person wrote, and only that', async () => {
    const room = openRoom([ask()]);
    const session = await room.session();
    const running = watch(room.host.run(session, 'note it', RUN));
    const { approval_id: id } = await running.until('approval.requested');

    room.host.answer(id, { choice: 'Allow once', edited: { text: 'oat milk' } });
    const events = await running.ended;

    expect(notes(room)).toBe('oat milk\n');
    expect(ofType(events, 'tool.requested')).toMatchObject([{ input: { text: 'milk' } }]);
    expect(ofType(events, 'tool.started')).toMatchObject([{ input: { text: 'oat milk' } }]);
    expect(ofType(events, 'approval.answered')).toMatchObject([{ edited: { text: 'oat milk' } }]);
    expect(results(session)).toEqual(['noted oat milk']);
  });

  test('denied with a reason tells the model the reason, and the turn goes on', async () => {
    const room = openRoom([ask()]);
    const session = await room.session();
    const running = watch(room.host.run(session, 'note it', RUN));
    const { approval_id: id } = await running.until('approval.requested');

    room.host.answer(id, { choice: 'Deny', reason: 'we are out of paper' });
    const events = await running.ended;

    expect(notes(room)).toBeUndefined();
    expect(results(session)).toEqual(['Denied by hook: The person said no: we are out of paper']);
    expect(ofType(events, 'approval.answered')).toMatchObject([
      { granted: false, reason: 'we are out of paper' },
    ]);
    expect(ofType(events, 'tool.started')).toEqual([]);
    expect(finished(events)).toMatchObject({ status: 'completed' });
  });

  test.each([
    ['deny', undefined],
    ['allow', 'milk\n'],
  ])('that nobody answers in time gets its default: %s', async (approval_default, written) => {
    const room = openRoom([ask({ approval_timeout: 0.05, approval_default })]);
    const session = await room.session();

    const events = await watch(room.host.run(session, 'note it', RUN)).ended;

    expect(ofType(events, 'approval.answered')).toMatchObject([
      { by: 'timeout', granted: approval_default === 'allow', reason: 'nobody answered in time' },
    ]);
    expect(notes(room)).toBe(written);
  });

  test('that nobody is there to answer gets its default at once', async () => {
    const room = openRoom([ask()]);
    const session = await room.session();

    const events = await room.turn(session, 'note it', { interactive: false });

    expect(ofType(events, 'approval.answered')).toMatchObject([{ by: 'policy', granted: false }]);
    expect(results(session)).toEqual([expect.stringContaining('nobody is there to be asked')]);
    expect(notes(room)).toBeUndefined();
  });

  test('is answered once: the second answer is told so', async () => {
    const room = openRoom([ask()]);
    const running = watch(room.host.run(await room.session(), 'note it', RUN));
    const { approval_id: id } = await running.until('approval.requested');

    room.host.answer(id, { choice: 'Allow once' });

    expect(() => room.host.answer(id, { choice: 'Deny' })).toThrow(
      expect.objectContaining({ kind: 'config', message: expect.stringContaining('already answered') }),
    );
    await running.ended;
    expect(notes(room)).toBe('milk\n');
  });

  test('does not hold up the other calls of the answer', async () => {
    const room = openRoom(
      [{ ...ask(), event: 'tool:pre' }],
      [note('milk'), { name: 'hold', input: { text: 'other' } }],
    );
    const session = await room.session();
    const running = watch(room.host.run(session, 'both', RUN));
    const { approval_id: id } = await running.until('approval.requested');

    fs.writeFileSync(path.join(room.folder, 'other.released'), '');
    await running.until('tool.finished', ({ name }) => name === 'hold');
    expect(room.host.approvals.pending(session.id)).toHaveLength(1);
    room.host.answer(id, { choice: 'Allow once' });
    await running.ended;

    expect(results(session)).toEqual(['noted milk', 'released other']);
  });

  test('may be one of several at once, answered in any order', async () => {
    const room = openRoom([ask()], [note('a'), note('b')]);
    const session = await room.session();
    const running = watch(room.host.run(session, 'both', RUN));
    const about = (text: string) =>
      running.until('approval.requested', ({ subject }) => subject.tool_input?.text === text);
    const [a, b] = [await about('a'), await about('b')];

    room.host.answer(b.approval_id, { choice: 'Deny', reason: 'not b' });
    await running.until('approval.answered');
    expect(session.head.phase).toBe('approval');
    room.host.answer(a.approval_id, { choice: 'Allow once' });
    await running.ended;

    expect(results(session)).toEqual(['noted a', expect.stringContaining('not b')]);
  });

  test('about a prompt, refused, ends the turn as denied', async () => {
    const room = openRoom([{ event: 'prompt:submit', result: { action: 'ASK_USER' } }]);
    const running = watch(room.host.run(await room.session(), 'note it', RUN));
    const { approval_id: id } = await running.until('approval.requested');

    room.host.answer(id, { choice: 'Deny' });
    const events = await running.ended;

    expect(finished(events)).toMatchObject({ status: 'denied', error: { kind: 'denied' } });
    expect(ofType(events, 'model.called')).toEqual([]);
  });

  test('left over from a turn that is gone is closed by the next prompt', async () => {
    const room = openRoom([]);
    const session = await room.session();
    session.append({
      type: 'approval.requested',
      approval_id: 'left-over',
      prompt: 'Still there?',
      options: ['Allow once', 'Deny'],
      deadline_at: Date.now() + 300_000,
      default: 'deny',
      subject: { call_id: 'call-of-old' },
      path: ['build'],
    });

    const events = await room.turn(session, 'note it', RUN);

    expect(ofType(events, 'approval.answered')).toMatchObject([{ approval_id: 'left-over', by: 'cancel' }]);
    expect(session.head).toMatchObject({ phase: 'idle', pending_approvals: [] });
    expect(() => room.host.answer('left-over', { choice: 'Allow once' })).toThrow(/already answered/);
  });
});

describe('a change by a hook (RT-42)', () => {
  const change = (more: Record<string, unknown> = {}): Rule => ({
    event: 'tool:pre',
    tool: 'note',
    result: { action: 'MODIFY', data: { tool_input: { text: 'soy milk' } }, reason: 'allergy', ...more },
  });

  test('is shown before and after, and is what runs', async () => {
    const room = openRoom([change()]);
    const session = await room.session();

    const events = await room.turn(session, 'note it', RUN);

    expect(ofType(events, 'hook.decided')).toMatchObject([
      {
        action: 'MODIFY',
        hook: 'ruled',
        service: 'ruled-hooks',
        hook_event: 'tool:pre',
        tool_name: 'note',
        reason: 'allergy',
        before: { tool_input: { text: 'milk' } },
        after: { tool_input: { text: 'soy milk' } },
      },
    ]);
    expect(notes(room)).toBe('soy milk\n');
    expect(ofType(events, 'tool.started')).toMatchObject([{ input: { text: 'soy milk' } }]);
    expect(results(session)).toEqual(['noted soy milk']);
  });

  test.each([
    ['Accept', undefined, 'soy milk\n'],
    ['Keep original', undefined, 'milk\n'],
    ['Accept', { text: 'rice milk' }, 'rice milk\n'],
    ['Deny', undefined, undefined],
  ])('that the person may refuse, answered with %s and the edit %o', async (choice, edited, written) => {
    const room = openRoom([change({ approval_prompt: 'Change the note?' })]);
    const session = await room.session();
    const running = watch(room.host.run(session, 'note it', RUN));
    const asked = await running.until('approval.requested');

    expect(asked).toMatchObject({
      prompt: 'Change the note?',
      options: ['Accept', 'Keep original', 'Deny'],
      subject: { before: { text: 'milk' }, after: { text: 'soy milk' } },
    });
    room.host.answer(asked.approval_id, { choice, edited });
    const events = await running.ended;

    expect(notes(room)).toBe(written);
    expect(ofType(events, 'approval.answered')).toMatchObject([{ choice, granted: isGrant(choice) }]);
    expect(finished(events)).toMatchObject({ status: 'completed' });
  });

  test('of a prompt is what the model gets, while the timeline keeps what was typed', async () => {
    const room = openRoom([
      { event: 'prompt:submit', result: { action: 'MODIFY', data: { prompt: 'note it politely' } } },
    ]);
    const session = await room.session();

    const events = await room.turn(session, 'note it', RUN);

    expect(ofType(events, 'prompt')).toMatchObject([{ text: 'note it' }]);
    expect(session.transcript[0]).toEqual({ role: 'user', content: 'note it politely' });
  });

  test('of a result is what the model reads', async () => {
    const result = { success: true, output: 'something was noted' };
    const room = openRoom([{ event: 'tool:post', result: { action: 'MODIFY', data: { result } } }]);
    const session = await room.session();

    await room.turn(session, 'note it', RUN);

    expect(results(session)).toEqual(['something was noted']);
  });
});

describe('a refusal by a hook (RT-42)', () => {
  test('keeps the tool from running, is shown with its hook, and told to the model', async () => {
    const room = openRoom([{ ...ask(), result: { action: 'DENY', reason: 'no notes on Fridays' } }]);
    const session = await room.session();

    const events = await room.turn(session, 'note it', RUN);

    expect(ofType(events, 'hook.decided')).toMatchObject([
      { action: 'DENY', hook: 'ruled', reason: 'no notes on Fridays', tool_name: 'note' },
    ]);
    expect(results(session)).toEqual(['Denied by hook: no notes on Fridays']);
    expect(notes(room)).toBeUndefined();
  });

  test.each(['prompt:submit', 'provider:request'])(
    'at %s ends the turn as denied, with the reason',
    async (event) => {
      const room = openRoom([{ event, result: { action: 'DENY', reason: 'closed today' } }]);

      const events = await room.turn(await room.session(), 'note it', RUN);

      expect(finished(events)).toMatchObject({
        status: 'denied',
        error: { kind: 'denied', message: expect.stringContaining('closed today') },
      });
      expect(ofType(events, 'model.called')).toEqual([]);
    },
  );
});
