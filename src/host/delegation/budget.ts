/**
 * What a turn and everything it delegates may use: tokens, money, time (AT-63). A child's budget lies in its
 * parent's: what it uses is used of both. Reserving is one step, so that calls at once can't overshoot (AT-67).
 */
import { PatchbayError } from '../../protocol/errors.ts';

export interface BudgetLimits {
  readonly tokens?: number | undefined;
  /** US dollars. Counts only what has a known price. */
  readonly usd?: number | undefined;
  readonly minutes?: number | undefined;
}

/** Of one model call, until it is settled. */
export interface Reservation {
  /** The most the answer may have; absent when there is no limit. */
  readonly outputTokens: number | undefined;
  settle(used: { readonly tokens: number; readonly usd: number }): void;
}

/** With less than this an answer is not worth asking for. */
const LEAST_OUTPUT = 64;
/** Kept for an answer whose length nobody has said. */
const USUAL_OUTPUT = 4_096;

export class Budget {
  readonly #limits: BudgetLimits;
  readonly #name: string;
  readonly #parent: Budget | undefined;
  #tokens = 0;
  #usd = 0;
  #reserved = 0;
  /** Milliseconds since the epoch; Infinity without a limit. */
  readonly endsAt: number;

  /** @param name for the person, as in `the budget of explorer`. */
  constructor(name: string, limits: BudgetLimits, parent?: Budget) {
    this.#name = name;
    this.#limits = limits;
    this.#parent = parent;
    const own =
      limits.minutes === undefined ? Number.POSITIVE_INFINITY : Date.now() + limits.minutes * 60_000;
    this.endsAt = Math.min(own, parent?.endsAt ?? Number.POSITIVE_INFINITY);
  }

  get countsTokens(): boolean {
    return this.#limits.tokens !== undefined || this.#parent?.countsTokens === true;
  }

  /**
   * For what takes nothing of the budget itself but belongs to work that may not go on: a tool call (AT-66).
   * @throws PatchbayError `denied` when a budget on the way up is used up.
   */
  check(): void {
    const { tokens, usd } = this.#limits;
    if (usd !== undefined && this.#usd >= usd) throw this.#spent(`$${usd}`);
    if (tokens !== undefined && this.#tokens >= tokens) throw this.#spent(`${tokens} tokens`);
    if (this.#parent) this.#parent.check();
  }

  /**
   * @param inputTokens an estimate. @param outputTokens what the caller asks for, if it says.
   * @throws PatchbayError `denied` when a budget on the way up is used up; nothing is reserved then.
   */
  reserve(inputTokens: number, outputTokens?: number): Reservation {
    const granted = this.#grant(inputTokens, outputTokens ?? USUAL_OUTPUT);
    this.#hold(inputTokens + granted);
    let open = true;
    return {
      outputTokens: this.countsTokens ? granted : undefined,
      settle: ({ tokens, usd }) => {
        if (!open) return;
        open = false;
        this.#hold(-(inputTokens + granted));
        this.#use(tokens, usd);
      },
    };
  }

  #grant(input: number, output: number): number {
    const { tokens, usd } = this.#limits;
    if (usd !== undefined && this.#usd >= usd) throw this.#spent(`$${usd}`);
    let granted = output;
    if (tokens !== undefined) {
      const left = tokens - this.#tokens - this.#reserved - input;
      if (left < Math.min(LEAST_OUTPUT, output)) throw this.#spent(`${tokens} tokens`);
      granted = Math.min(output, left);
    }
    return this.#parent ? this.#parent.#grant(input, granted) : granted;
  }

  #hold(tokens: number): void {
    this.#reserved += tokens;
    if (this.#parent) this.#parent.#hold(tokens);
  }

  #use(tokens: number, usd: number): void {
    this.#tokens += tokens;
    this.#usd += usd;
    if (this.#parent) this.#parent.#use(tokens, usd);
  }

  #spent(limit: string): PatchbayError {
    return new PatchbayError('denied', `The budget of ${this.#name} (${limit}) is used up.`, {
      remedy: 'Raise it under delegation in the settings, or give smaller pieces of work.',
    });
  }
}
