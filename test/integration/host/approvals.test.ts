/** A question to the person: asked once, answered once, with a default in time. */
import { describe, expect, it } from 'vitest';
import { Approvals, type AskOptions } from '../../../src/host/approvals.ts';
import { ApprovalRequest } from '../../../src/protocol/approvals.ts';
import { newSession } from '../../builders/session-home.ts';

async function asking(request: Partial<ApprovalRequest> = {}, options: Partial<AskOptions> = {}) {
  const { session } = await newSession();
  const approvals = new Approvals();
  const asked = approvals.ask(session, ApprovalRequest.parse({ prompt: 'Run it?', ...request }), {
    path: ['build'],
    interactive: true,
    signal: new AbortController().signal,
    ...options,
  });
  return { session, approvals, asked };
}

describe('a question', () => {
  it('gets its default when its time is over, and says so', async () => {
    for (const [given, choice] of [
      ['allow', 'Allow once'],
      ['deny', 'Deny'],
    ] as const) {
      const { asked, session } = await asking({ timeout_s: 0.02, default: given });
      expect(await asked).toMatchObject({ choice, by: 'timeout', reason: 'nobody answered in time' });
      expect(session.head.pending_approvals).toEqual([]);
    }
  });

  it.each([30 * 24 * 3600, 1e12])(
    'may wait for %d seconds: its default is not applied at once',
    async (timeout_s) => {
      const { asked, approvals, session } = await asking({ timeout_s, default: 'allow' });
      // A timer too long for the platform becomes one of 1 ms; those run out in the order they were set.
      await new Promise((resolve) => setTimeout(resolve, 1));
      const [open] = approvals.pending(session.id);
      approvals.answer(open!.approval_id, { choice: 'Deny' });
      expect(await asked).toMatchObject({ choice: 'Deny', by: 'person' });
    },
  );

  it('of a turn that is stopped already is not asked', async () => {
    const { asked, approvals, session } = await asking({}, { signal: AbortSignal.abort() });
    await expect(asked).rejects.toMatchObject({ kind: 'cancelled' });
    expect(approvals.pending(session.id)).toEqual([]);
    expect(session.head.pending_approvals).toEqual([]);
  });

  it('that was answered is unknown afterwards', async () => {
    const { asked, approvals, session } = await asking();
    const [open] = approvals.pending(session.id);
    approvals.answer(open!.approval_id, { choice: 'Allow once' });
    await asked;
    expect(() => approvals.answer(open!.approval_id, { choice: 'Deny' })).toThrow(/already answered/);
  });
});
