/** The turns that run now, of roots and of children: one per session, each found by its session's id. */
import type { Composition } from '../definitions/compose.ts';
import { PatchbayError } from '../protocol/errors.ts';
import type { SessionEvent } from '../protocol/events.ts';
import type { SecretMask } from '../protocol/known-secrets.ts';
import type { Session } from '../session/session.ts';
import type { Approvals } from './approvals.ts';
import type { Lineage } from './delegation/lineage.ts';
import { Ledger } from './ledger.ts';
import type { ManifestCache } from './manifests.ts';
import type { Admissions } from './permissions/admissions.ts';
import type { Pricing } from './pricing.ts';
import type { Spawner } from './spawner.ts';
import { Turn, type TurnOutcome } from './turn.ts';
import type { Delegates, TurnStart } from './turn-parts.ts';

export interface TurnRequest {
  readonly session: Session;
  /** Whether somebody can be asked. */
  readonly interactive: boolean;
  readonly trusted: boolean;
  readonly onEvent: (event: SessionEvent) => void;
  readonly compose: () => Promise<Composition>;
  readonly beginning: () => Promise<TurnStart>;
  /** Where the turn stands in its tree, known when its composition is. */
  readonly lineage: (composition: Composition) => Lineage;
  readonly delegations: Delegates;
  /** Stops the turn: a child ends with its parent's. */
  readonly signal?: AbortSignal;
}

interface Running {
  turn: Turn | undefined;
  cancelled: boolean;
  readonly ended: Promise<void>;
}

export interface RunningTurnsOptions {
  /** The person's folder. */
  readonly home: string;
  readonly spawner: Spawner;
  readonly manifests: ManifestCache;
  readonly approvals: Approvals;
  readonly admissions: Admissions;
  readonly pricing: Pricing;
  readonly secrets: SecretMask;
}

export class RunningTurns implements AsyncDisposable {
  readonly #options: RunningTurnsOptions;
  readonly #running = new Map<string, Running>();
  /** Turns whose services are still stopping. */
  readonly #ending = new Set<Promise<void>>();
  #closing = false;

  constructor(options: RunningTurnsOptions) {
    this.#options = options;
  }

  /**
   * Runs one turn. Settles when its end is in the log; its services stop afterwards.
   * @throws PatchbayError `config` at once when a turn runs in this session already; later what keeps it from
   *   beginning.
   */
  run(request: TurnRequest): Promise<TurnOutcome> {
    const { session } = request;
    if (this.#running.has(session.id)) {
      throw new PatchbayError('config', `A turn is already running in session "${session.head.title}".`, {
        remedy: 'Wait for it, stop it, or queue the prompt.',
      });
    }
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    // Registered before anything is awaited, so that a second prompt is refused from now on.
    const entry: Running = { turn: undefined, cancelled: false, ended };
    this.#running.set(session.id, entry);
    const outcome = this.#drive(request, entry).finally(() => {
      this.#running.delete(session.id);
      end();
    });
    const whole = outcome
      .catch(() => undefined)
      .then(async () => {
        await entry.turn?.dispose();
        if (this.#closing || !entry.turn) return;
        void this.#options.spawner.keepSpares(entry.turn.early, entry.turn.spareSettings);
      });
    this.#ending.add(whole);
    void whole.finally(() => this.#ending.delete(whole));
    return outcome;
  }

  get isClosing(): boolean {
    return this.#closing;
  }

  isRunning(sessionId: string): boolean {
    return this.#running.has(sessionId);
  }

  /** Undefined while none runs, or while it has not begun. */
  turn(sessionId: string): Turn | undefined {
    return this.#running.get(sessionId)?.turn;
  }

  /** Nothing happens when none runs. */
  cancel(sessionId: string): void {
    const entry = this.#running.get(sessionId);
    if (!entry) return;
    entry.cancelled = true;
    entry.turn?.cancel();
  }

  /** Interrupts all: they can be resumed. Children first, or their parents' end would cancel them. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing = true;
    const entries = [...this.#running.values()].reverse();
    for (const entry of entries) {
      entry.cancelled = true;
      entry.turn?.interrupt();
    }
    await Promise.all(entries.map(({ ended }) => ended));
    await Promise.all(this.#ending);
  }

  async #drive(request: TurnRequest, entry: Running): Promise<TurnOutcome> {
    const { session, signal, onEvent, delegations, interactive, trusted } = request;
    using _subscription = session.subscribe(onEvent);
    const cancel = () => this.cancel(session.id);
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      const composition = await request.compose();
      const start = await request.beginning();
      const lineage = request.lineage(composition);
      const ledger =
        composition.settings.accounting?.ledger && new Ledger(this.#options.home, session, lineage);
      using _accounting = ledger ? session.subscribe((event) => ledger.take(event)) : undefined;
      const turn = new Turn({
        ...this.#options,
        session,
        composition,
        start,
        lineage,
        delegations,
        interactive,
        trusted,
      });
      entry.turn = turn;
      if (this.#closing) turn.interrupt();
      else if (entry.cancelled || signal?.aborted) turn.cancel();
      const outcome = await turn.run();
      if (ledger) await this.#write(ledger, session);
      return outcome;
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  /** A ledger that cannot be written is said in the session, and harms nothing else. */
  async #write(ledger: Ledger, session: Session): Promise<void> {
    try {
      await ledger.flush();
    } catch (error) {
      session.append({
        type: 'notice',
        level: 'warning',
        text: `The ledger could not be written: ${(error as Error).message}`,
        remedy: 'Make the file writable, or set accounting.ledger to false.',
        source: 'accounting',
      });
    }
  }
}
