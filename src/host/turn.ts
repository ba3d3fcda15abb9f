/**
 * One prompt and everything until its answer. Services are born with it and die with it; every step becomes
 * an event. The turn routes: it drives no loop and reads no hook result (RT-10).
 */
import type { ServiceSpec } from '../definitions/service-spec.ts';
import type { Message } from '../protocol/data.ts';
import { asPatchbayError, PatchbayError } from '../protocol/errors.ts';
import type { EventBody, EventOf, TurnSummary } from '../protocol/events.ts';
import { exitTag, type LimitKind } from '../protocol/exit-tags.ts';
import type { EventError, TurnStatus } from '../protocol/outcome.ts';
import { TurnTally } from '../session/turn-summary.ts';
import { AnswerStream } from './answer-stream.ts';
import { runDelegation } from './delegation/delegated-turn.ts';
import { earlyServices } from './early-services.ts';
import { executeParams } from './execute-params.ts';
import { ForeignLoop } from './foreign-loop.ts';
import { withLogBudget } from './log-budget.ts';
import { requireVariables } from './needed-variables.ts';
import { OpenRequests, whenStopped } from './open-requests.ts';
import { redactedEvent } from './redacted-event.ts';
import type { ServiceSlot } from './service-slot.ts';
import { takeLoose, takeStream } from './service-streams.ts';
import type { SpareSettings } from './spares.ts';
import { startAhead } from './start-ahead.ts';
import { systemPrompt } from './system-prompt.ts';
import { atTime, givenText, sessionEnd, statusOf, type TurnEnd, turnEnding } from './turn-end.ts';
import { emitHook } from './turn-hooks.ts';
import { eventError, type TurnOptions, type TurnParts } from './turn-parts.ts';
import { answerRequest } from './turn-requests.ts';
import { describeSlots, openSlots } from './turn-services.ts';
import { addAgentTools, toolsOf } from './turn-tools.ts';

export interface TurnOutcome {
  readonly status: TurnStatus;
  readonly summary: TurnSummary;
  readonly error?: EventError;
}

export class Turn {
  readonly #options: TurnOptions;
  readonly #stop = new AbortController();
  readonly #tally = new TurnTally();
  #slots: ReadonlyMap<string, ServiceSlot> = new Map();
  #parts: TurnParts | undefined;
  #orchestrator: ServiceSlot | undefined;
  readonly #requests = new OpenRequests();
  /** Known when it is over. */
  #end: TurnEnd | undefined;
  #running = false;
  #limit: LimitKind | undefined;
  #interrupted = false;
  #early: readonly string[] = [];
  #hasThought = false;

  constructor(options: TurnOptions) {
    this.#options = options;
  }

  /**
   * Runs to the end. Never rejects: what goes wrong is the turn's status and error. When it settles,
   * `turn.finished` is in the log; the services are stopped by `dispose`.
   */
  async run(): Promise<TurnOutcome> {
    const { session, composition, start } = this.#options;
    session.turn += 1;
    this.#running = true;
    using _counting = session.subscribe((event) => this.#tally.take(event));
    const began = Date.now();
    this.#emit({
      type: 'turn.started',
      provider: composition.provider,
      model: composition.model,
      scripted: composition.scripted,
      choice: composition.reason,
      messages: session.transcript.length,
    });
    if (start.kind === 'prompt') this.#emit({ type: 'prompt', text: start.text });
    if (start.kind === 'delegation' && !start.isResumed)
      this.#emit({ type: 'prompt', text: start.instruction, delegate_to: start.agent });
    let status: TurnStatus = 'completed';
    let error: EventError | undefined;
    using _time = this.#endInTime();
    try {
      await Promise.race([this.#execute(), whenStopped(this.#stop.signal)]);
      if (this.#limit) status = 'limit';
    } catch (thrown) {
      const failure = asPatchbayError(thrown);
      if (this.#interrupted) status = 'interrupted';
      else if (this.#limit) status = 'limit';
      else if (this.#stop.signal.aborted) status = 'cancelled';
      else [status, error] = [statusOf(failure), eventError(failure)];
    }
    // What still runs on behalf of a service ends with the turn, and says so before it.
    this.#stop.abort();
    await this.#requests.settled();
    this.#keepPartialAnswer();
    this.#running = false;
    const prompt = status === 'failed' ? givenText(start) : undefined;
    const summary = this.#tally.summary(Date.now() - began);
    const exit = exitTag(turnEnding(status, error, this.#limit));
    this.#emit({ type: 'turn.finished', status, exit, summary, error, prompt });
    this.#end = { status, exit };
    return { status, summary, ...(error && { error }) };
  }

  /** Asks everything that runs to stop; `run` settles soon after. May be called again. */
  cancel(): void {
    if (this.#stop.signal.aborted) return;
    if (this.#running) this.#emit({ type: 'turn.stopping' });
    this.#stop.abort();
  }

  /** The editor goes away: like a stop, but the turn can be resumed and its questions stay open (RT-33). */
  interrupt(): void {
    this.#interrupted = true;
    this.#options.approvals.release(this.#options.session.id);
    this.#stop.abort();
  }

  /**
   * Hands text to the running loop, before its next model call (RT-45).
   * @throws PatchbayError when the orchestrator cannot take it.
   */
  async steer(text: string): Promise<void> {
    const link = await this.#orchestrator?.link();
    if (!link) throw new PatchbayError('config', 'The turn has not begun yet; queue the text instead.');
    await link.call('orchestrator.steer', { text }, { timeoutMs: 2_000 });
    this.#emit({ type: 'prompt', text, steering: true });
  }

  /** Ends the turn's services: asked first, ended after the grace time (RT-22). */
  async dispose(): Promise<void> {
    if (this.#parts && this.#end) await sessionEnd(this.#parts, this.#end);
    await Promise.all([...this.#slots.values()].map((slot) => slot.stop()));
  }

  /** What the next turn like this one will start first, the most needed first. */
  get early(): readonly ServiceSpec[] {
    const { services } = this.#options.composition;
    return this.#early.flatMap((name) => services.find((spec) => spec.name === name) ?? []);
  }

  get spareSettings(): SpareSettings | undefined {
    return this.#options.composition.settings.spares;
  }

  async #execute(): Promise<void> {
    const { composition, session, start, lineage } = this.#options;
    // A child's are those of its root, which has told them.
    const untold = lineage.path.length === 1 ? composition.diagnostics : [];
    for (const { message, remedy, file, line } of untold) {
      const place = line === undefined ? file : `${file}:${line}`;
      this.#emit({
        type: 'notice',
        level: 'warning',
        text: `${place}: ${message}`,
        remedy,
        source: 'settings',
      });
    }
    const { choiceNotice: unmet } = composition;
    if (unmet !== undefined) this.#emit({ type: 'notice', level: 'info', text: unmet, source: 'routing' });
    const parts = await this.#wire();
    if (start.kind === 'delegation') {
      this.#early = earlyServices(parts.table, composition.provider);
      await this.#requests.add(runDelegation(parts, start));
      return;
    }
    requireVariables(parts);
    const prompting = systemPrompt(parts, this.#options.trusted);
    this.#stop.signal.throwIfAborted();
    const orchestrator = this.#findLoop(parts);
    this.#orchestrator = orchestrator.slot;
    this.#warm(parts);
    const resumed = start.kind === 'resume' || session.transcript.length > 0;
    const began = { parent_id: session.head.parent_id ?? null };
    // Observers need not be waited for; what they still do at the turn's end is given up.
    const told = emitHook(parts, resumed ? 'session:resume' : 'session:start', began, {
      signal: this.#stop.signal,
    }).catch(() => undefined);
    const link = await orchestrator.slot.link();
    // One that hears nothing while it runs the loop hears this before.
    if (parts.foreignLoop) await told;
    const before = session.transcript.length;
    const answer = await link.call(
      'orchestrator.execute',
      executeParams(parts, orchestrator.name, await prompting),
      {
        signal: this.#stop.signal,
        onNotification: (name, payload) => takeStream(parts, orchestrator.slot.spec.name, name, payload),
      },
    );
    if (parts.foreignLoop) this.#keepAnswer(parts, answer, session.transcript.slice(before));
  }

  /** A loop that keeps its conversation to itself still says how it ended. */
  #keepAnswer({ answers, session }: TurnParts, text: string, added: readonly Message[]): void {
    const { start } = this.#options;
    if (added.length === 0 && start.kind === 'prompt')
      session.addMessage({ role: 'user', content: start.text });
    if (text === '' || (added.at(-1)?.role === 'assistant' && !answers.isOpen)) return;
    const message: Message = { role: 'assistant', content: text };
    session.addMessage(message);
    answers.messageAdded(message);
  }

  async #wire(): Promise<TurnParts> {
    const { composition, session } = this.#options;
    const agent = composition.agent.name;
    const emit = (body: EventBody) => this.#emit(body);
    const log = withLogBudget<EventOf<'service.log'>['level']>((service, message, level) =>
      emit({ type: 'service.log', service, level, message }),
    );
    this.#slots = openSlots({ ...this.#options, signal: this.#stop.signal }, emit, {
      onRequest: (service, method, params, signal) => {
        if (!this.#parts) throw new PatchbayError('protocol', `${method} came before the turn began.`);
        return this.#requests.add(answerRequest(this.#parts, service, method, params, signal));
      },
      onNotification: (service, name, payload) => {
        if (this.#parts) takeLoose(this.#parts, service, name, payload);
      },
      onLog: log,
    });
    const table = await describeSlots(this.#slots, this.#options.manifests, emit, this.#stop.signal);
    const delegatingTools = addAgentTools(table, this.#options);
    const loop = table.component('orchestrators')?.service;
    this.#parts = {
      options: this.#options,
      session,
      agent,
      table,
      tools: toolsOf(table, this.#options),
      delegatingTools,
      foreignLoop: loop === undefined || table.knowsProtocol(loop) ? undefined : new ForeignLoop(loop),
      slots: this.#slots,
      answers: new AnswerStream(session, agent, this.#options.secrets),
      onThinking: () => this.#startAhead(),
      signal: this.#stop.signal,
      onLimit: (limit) => {
        const isNew = this.#limit !== limit;
        this.#limit ??= limit;
        return isNew;
      },
      emit,
      log,
    };
    return this.#parts;
  }

  /** Starts what the first model call will need, all at once; the rest waits for its first use (RT-21). */
  #warm(parts: TurnParts): void {
    this.#early = earlyServices(parts.table, this.#options.composition.provider);
    for (const name of this.#early) {
      // A failure shows when the service is used; here it is only started early.
      this.#slots
        .get(name)
        ?.link()
        .catch(() => undefined);
    }
  }

  #startAhead(): void {
    if (!this.#parts || this.#hasThought) return;
    this.#hasThought = true;
    startAhead(this.#parts, this.early);
  }

  /** @throws PatchbayError `config` when there is none. */
  #findLoop({ table }: TurnParts) {
    const route = table.component('orchestrators');
    const slot = route && this.#slots.get(route.service);
    if (!route || !slot) {
      throw new PatchbayError('config', 'No service offers an orchestrator.', {
        remedy: 'Look at the notices above: the service that has one could not be started.',
      });
    }
    return { slot, name: route.descriptor.name };
  }

  /**
   * What was shown of an unfinished answer stays. After a stop it goes into the conversation too, so that the
   * model knows of it; a turn that will be resumed asks for the answer again instead.
   */
  #keepPartialAnswer(): void {
    const text = this.#parts?.answers.interrupt() ?? '';
    if (text === '' || this.#interrupted) return;
    this.#options.session.addMessage({ role: 'assistant', content: text, metadata: { interrupted: true } });
  }

  /** A turn whose time is up ends with what it has (AT-63, AT-72). */
  #endInTime(): Disposable {
    return atTime(this.#options.lineage.budget.endsAt, () => {
      this.#limit ??= 'time';
      this.#emit({
        type: 'notice',
        level: 'warning',
        text: 'The time of this work is up.',
        source: 'budget',
      });
      this.#stop.abort();
    });
  }

  #emit(body: EventBody): void {
    // Services of a turn that is over may outlive their session for a moment: nobody is left to be told.
    if (!this.#running && !this.#options.session.isOpen) return;
    const { session, secrets, composition } = this.#options;
    session.append(redactedEvent(body, secrets), composition.agent.name);
  }
}
