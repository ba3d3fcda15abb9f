/**
 * Questions to the person: asked once, answered once by whoever sees them first, with a default applied in
 * time. A question outlives its turn: it can be answered after the window was reloaded, and the resumed turn
 * finds its answer.
 */
import { randomUUID } from 'node:crypto';
import {
  type ApprovalAnswer,
  type ApprovalOutcome,
  type ApprovalRequest,
  isGrant,
} from '../protocol/approvals.ts';
import { PatchbayError } from '../protocol/errors.ts';
import type { EventOf } from '../protocol/events.ts';
import type { Session } from '../session/session.ts';

type Requested = EventOf<'approval.requested'>;

export interface AskOptions {
  /** Who asks: agents from the root down. */
  readonly path: readonly string[];
  readonly interactive: boolean;
  readonly signal: AbortSignal;
}

interface Open {
  readonly session: Session;
  readonly asked: Requested;
  readonly timer: NodeJS.Timeout;
  /** Absent while the turn that asked is gone. */
  settle?: (outcome: ApprovalOutcome) => void;
}

/** A longer one would run out at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export class Approvals {
  readonly #open = new Map<string, Open>();
  /** Answers given while no turn was running, by what was asked. */
  readonly #early = new Map<string, ApprovalOutcome>();

  /**
   * Asks and waits. Without anybody to ask, the default is applied at once.
   * @throws PatchbayError `cancelled` when the turn is stopped first.
   */
  async ask(session: Session, request: ApprovalRequest, options: AskOptions): Promise<ApprovalOutcome> {
    if (options.signal.aborted) throw stopped();
    const key = questionKey(session, request);
    const early = this.#early.get(key);
    if (early) {
      this.#early.delete(key);
      return early;
    }
    const open = this.#adopt(session, request) ?? this.#request(session, request, options);
    if (!options.interactive) {
      const outcome = defaultOutcome(open.asked, 'policy');
      this.#finish(open, outcome);
      return outcome;
    }
    const { promise, resolve, reject } = Promise.withResolvers<ApprovalOutcome>();
    open.settle = resolve;
    const cancel = () => {
      this.#finish(open, { choice: 'Cancelled', by: 'cancel', waited_ms: waited(open.asked) });
      reject(stopped());
    };
    options.signal.addEventListener('abort', cancel, { once: true });
    return promise.finally(() => options.signal.removeEventListener('abort', cancel));
  }

  /**
   * The person's answer. Returns the session when nobody waits for it any more, so that it can be resumed.
   * @throws PatchbayError `config` for a question that is unknown or answered already.
   */
  answer(approvalId: string, answer: ApprovalAnswer): { readonly resume?: Session } {
    const open = this.#open.get(approvalId);
    if (!open) {
      throw new PatchbayError('config', 'This question was already answered, or its time ran out.', {
        remedy: 'Look at the timeline for the answer.',
      });
    }
    const waiting = open.settle !== undefined;
    const outcome: ApprovalOutcome = { ...answer, by: 'person', waited_ms: waited(open.asked) };
    this.#finish(open, outcome);
    if (waiting) return {};
    this.#early.set(questionKey(open.session, open.asked), outcome);
    const more = [...this.#open.values()].some((each) => each.session === open.session);
    return more ? {} : { resume: open.session };
  }

  /** Takes over the questions of a turn that died with the editor, with the time they have left. */
  restore(session: Session, asked: readonly Requested[]): void {
    for (const event of asked) if (!this.#open.has(event.approval_id)) this.#hold(session, event);
  }

  /** A new prompt makes the questions of a turn that is gone void. */
  async abandon(session: Session): Promise<void> {
    this.restore(session, await session.pendingApprovals());
    for (const open of this.#open.values()) {
      const isOfSession = open.session === session || this.#isBelow(open.session, session.id);
      if (!isOfSession || open.settle) continue;
      this.#finish(open, { choice: 'Cancelled', by: 'cancel', waited_ms: waited(open.asked) });
    }
    for (const key of this.#early.keys()) if (key.startsWith(`${session.id} `)) this.#early.delete(key);
  }

  /** Unanswered questions of one session, oldest first. */
  pending(sessionId: string): Requested[] {
    return [...this.#open.values()].filter((each) => each.session.id === sessionId).map((each) => each.asked);
  }

  /** Every unanswered question, oldest first. */
  all(): Requested[] {
    return [...this.#open.values()].map(({ asked }) => asked);
  }

  /** An unanswered question of any session. */
  find(approvalId: string): Requested | undefined {
    return this.#open.get(approvalId)?.asked;
  }

  /** Lets go of a session's questions without answering them: they are on disk and can be restored. */
  release(sessionId: string): void {
    for (const [id, open] of this.#open) {
      if (open.session.id !== sessionId) continue;
      clearTimeout(open.timer);
      this.#open.delete(id);
    }
  }

  /** Whether a session was delegated to by another, or by one that was. */
  #isBelow({ head }: Session, id: string): boolean {
    if (head.parent_id === undefined || head.parent_id === id) return head.parent_id === id;
    const parents = [...this.#open.values()].map(({ session }) => session);
    const parent = parents.find((each) => each.id === head.parent_id);
    return parent !== undefined && this.#isBelow(parent, id);
  }

  #request(session: Session, request: ApprovalRequest, options: AskOptions): Open {
    const event = session.append({
      type: 'approval.requested',
      approval_id: randomUUID(),
      prompt: request.prompt,
      options: request.options,
      deadline_at: Date.now() + request.timeout_s * 1000,
      default: request.default,
      subject: request.subject,
      path: [...options.path],
    }) as Requested;
    return this.#hold(session, event);
  }

  /** The same question asked before a reload, still open. */
  #adopt(session: Session, request: ApprovalRequest): Open | undefined {
    const key = questionKey(session, request);
    return [...this.#open.values()].find(
      (each) => !each.settle && questionKey(each.session, each.asked) === key,
    );
  }

  #hold(session: Session, asked: Requested): Open {
    const timer = setTimeout(
      () => this.#finish(open, defaultOutcome(asked, 'timeout')),
      Math.min(LONGEST_TIMER_MS, Math.max(0, asked.deadline_at - Date.now())),
    );
    timer.unref();
    const open: Open = { session, asked, timer };
    this.#open.set(asked.approval_id, open);
    return open;
  }

  #finish(open: Open, outcome: ApprovalOutcome): void {
    if (!this.#open.delete(open.asked.approval_id)) return;
    clearTimeout(open.timer);
    open.session.append({
      type: 'approval.answered',
      approval_id: open.asked.approval_id,
      choice: outcome.choice,
      granted: isGrant(outcome.choice),
      by: outcome.by,
      waited_ms: outcome.waited_ms,
      reason: outcome.reason,
      edited: outcome.edited,
    });
    open.settle?.(outcome);
  }
}

function defaultOutcome(asked: Requested, by: 'timeout' | 'policy'): ApprovalOutcome {
  const choice = asked.default === 'allow' ? 'Allow once' : 'Deny';
  const reason = by === 'timeout' ? 'nobody answered in time' : 'nobody is there to be asked';
  return { choice, by, waited_ms: waited(asked), reason };
}

function stopped(): PatchbayError {
  return new PatchbayError('cancelled', 'The turn was stopped before the question was answered.');
}

function waited(asked: Requested): number {
  return Math.max(0, Date.now() - asked.at);
}

/** By which a question that is asked again after a reload is known: its call, or else who asks what. */
function questionKey(session: Session, { prompt, subject }: Pick<Requested, 'prompt' | 'subject'>): string {
  const { call_id: callId, service, hook } = subject;
  return `${session.id} ${callId ?? JSON.stringify([service, hook, prompt])}`;
}
