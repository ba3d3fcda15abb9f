/** A session as the chat drives it: one turn at a time, prompts queued behind it, its errors shown. */

import type { ApprovalAnswer } from '../../protocol/approvals.ts';
import { asPatchbayError } from '../../protocol/errors.ts';
import type { EventOf, SessionEvent } from '../../protocol/events.ts';
import type { Session } from '../../session/session.ts';
import type { EditorHost } from '../editor-host.ts';
import { addApprovalRule } from '../editor-settings.ts';

export interface RunnerEvents {
  /** The queue changed. */
  readonly onQueue: (runner: SessionRunner) => void;
  /** Text the person typed comes back: nothing was done with it. */
  readonly onReturned: (runner: SessionRunner, text: string) => void;
}

export type TurnEnd = EventOf<'turn.finished'>;

/** A prompt, or an instruction for an agent that works as a child of the session. */
interface Work {
  readonly text: string;
  readonly delegateTo?: string;
  /** With undefined when it did not begin. */
  readonly onEnd: (end: TurnEnd | undefined) => void;
}

export class SessionRunner {
  readonly session: Session;
  readonly #waiting: Work[] = [];
  /** Answers from the next turn on, in place of who answered last. */
  nextAgent: string | undefined;
  readonly #host: EditorHost;
  readonly #events: RunnerEvents;

  constructor(session: Session, host: EditorHost, events: RunnerEvents) {
    this.session = session;
    this.#host = host;
    this.#events = events;
  }

  /** What waits for the running turn's end, as it is shown. */
  get queued(): string[] {
    return this.#waiting.map(({ text, delegateTo }) => (delegateTo ? `→ ${delegateTo}: ${text}` : text));
  }

  get agent(): string {
    return this.nextAgent ?? this.session.head.agent;
  }

  /** Runs a prompt, or queues it behind the running turn, or hands it to the running turn. */
  async prompt(text: string, when: 'queue' | 'interrupt'): Promise<void> {
    const host = await this.#host.get();
    if (!host.isRunning(this.session.id)) {
      await this.run(text);
      return;
    }
    if (when === 'interrupt') {
      try {
        await host.steer(this.session.id, text);
        return;
      } catch (thrown) {
        this.#notice(thrown, 'The text was queued instead.');
      }
    }
    void this.run(text);
  }

  /**
   * Runs a prompt, or gives the text to an agent as a child of this session: now, or when what runs and waits is done.
   * Resolves with its end; undefined when it was taken back or could not begin.
   */
  async run(text: string, delegateTo?: string): Promise<TurnEnd | undefined> {
    const host = await this.#host.get();
    const { promise, resolve: onEnd } = Promise.withResolvers<TurnEnd | undefined>();
    const work: Work = { text, onEnd, ...(delegateTo !== undefined && { delegateTo }) };
    if (host.isRunning(this.session.id)) {
      this.#waiting.push(work);
      this.#events.onQueue(this);
    } else void this.#begin(work);
    return promise;
  }

  /** Goes on with a turn that was interrupted or failed. */
  async resume(): Promise<void> {
    const host = await this.#host.get();
    if (host.isRunning(this.session.id)) return;
    await this.#drive(undefined, () => host.resume(this.session, this.#runOptions()));
  }

  async stop(): Promise<void> {
    (await this.#host.get()).cancel(this.session.id);
  }

  unqueue(index: number): void {
    const [work] = this.#waiting.splice(index, 1);
    this.#events.onQueue(this);
    if (!work) return;
    this.#events.onReturned(this, work.text);
    work.onEnd(undefined);
  }

  /** An answer to a question of the session or of what it delegated; "Always" also writes the rule to the settings. */
  async answer(approvalId: string, answer: ApprovalAnswer): Promise<void> {
    const host = await this.#host.get();
    try {
      const asked = host.approvals.find(approvalId);
      const { resume } = host.answer(approvalId, answer);
      const rule = asked?.subject.suggested_rule;
      if (rule && answer.choice.toLowerCase().startsWith('always')) await addApprovalRule(rule);
      if (resume) await this.resume();
    } catch (thrown) {
      this.#notice(thrown);
    }
  }

  async #begin(work: Work): Promise<void> {
    const { text, delegateTo: agent } = work;
    const host = await this.#host.get();
    await this.#drive(work, () => {
      const options = this.#runOptions();
      if (agent === undefined) return host.run(this.session, text, options);
      return host.delegate(this.session, { agent, instruction: text }, options);
    });
  }

  #runOptions() {
    return this.#host.runOptions({ agent: this.agent });
  }

  async #drive(work: Work | undefined, run: () => AsyncIterable<SessionEvent>): Promise<void> {
    let end: TurnEnd | undefined;
    try {
      for await (const event of run()) {
        if (event.type !== 'turn.finished' || event.session_id !== this.session.id) continue;
        end = event;
        // The text as it was typed; the event's has secrets masked.
        if (event.prompt !== undefined && work) this.#events.onReturned(this, work.text);
      }
    } catch (thrown) {
      this.#notice(thrown);
      if (work) this.#events.onReturned(this, work.text);
    }
    work?.onEnd(end);
    // What was queued behind a turn that failed or was stopped waits for the person.
    if (end?.status !== 'completed' && end?.status !== 'limit') return;
    const next = this.#waiting.shift();
    if (next === undefined) return;
    this.#events.onQueue(this);
    await this.#begin(next);
  }

  #notice(thrown: unknown, addition = ''): void {
    const { message, remedy } = asPatchbayError(thrown);
    const text = addition === '' ? message : `${message} ${addition}`;
    this.session.append({ type: 'notice', level: 'error', text, remedy });
  }
}
