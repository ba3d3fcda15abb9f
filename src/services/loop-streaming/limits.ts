/** How far a turn may go. Pure bookkeeping: what was used, and which limit was met first. */
import type { Usage } from '../../protocol/data.ts';
import type { ExecuteConfig } from '../../protocol/methods.ts';

const DEFAULT_ITERATIONS = 100;

export interface LimitMet {
  readonly limit: 'turns' | 'tokens' | 'time';
  /** For the person and the model. */
  readonly message: string;
  readonly remedy: string;
}

export class Limits {
  readonly #config: ExecuteConfig;
  readonly #began = performance.now();
  #iterations = 0;
  #tokens = 0;

  constructor(config: ExecuteConfig) {
    this.#config = config;
  }

  get iteration(): number {
    return this.#iterations;
  }

  /** Counts one model call that answered. */
  add(usage: Usage | null | undefined): void {
    this.#iterations += 1;
    this.#tokens += usage ? usage.total_tokens || usage.input_tokens + usage.output_tokens : 0;
  }

  /** The first limit that is met, or undefined while there is room. */
  met(): LimitMet | undefined {
    const { max_iterations = DEFAULT_ITERATIONS, max_tokens, max_wall_ms } = this.#config;
    if (max_iterations > 0 && this.#iterations >= max_iterations) {
      return limit('turns', `${max_iterations} model calls in one turn`, 'limits.iterations');
    }
    if (max_tokens !== undefined && this.#tokens >= max_tokens) {
      return limit('tokens', `${max_tokens} tokens in one turn`, 'limits.tokens');
    }
    if (max_wall_ms !== undefined && performance.now() - this.#began >= max_wall_ms) {
      return limit('time', `${Math.round(max_wall_ms / 60_000)} minutes for one turn`, 'limits.minutes');
    }
    return undefined;
  }
}

function limit(kind: LimitMet['limit'], what: string, setting: string): LimitMet {
  return {
    limit: kind,
    message: `The limit of ${what} was reached.`,
    remedy: `Send another prompt to go on, or raise "${setting}" in the settings.`,
  };
}
