/**
 * Answers of agents that say `cache` in their file, used again for the very same task (AT-8). Lives as long as its
 * host and holds texts only: nothing of a session is shared by it.
 */
import { createHash } from 'node:crypto';
import type { Agent } from '../../definitions/agents.ts';
import type { DelegationResult } from '../../protocol/delegation.ts';

/** What must be the same. */
export interface Task {
  /** As it is now: an edited file answers anew. */
  readonly agent: Agent;
  readonly cwd: string;
  /** With what it is told of its parent's conversation. */
  readonly instruction: string;
  /** What else it runs with: model, tools, whom it may ask. */
  readonly config: unknown;
}

interface Kept {
  readonly result: DelegationResult;
  readonly at: number;
}

/** The oldest goes first. */
const MOST_KEPT = 500;

export class AnswerCache {
  readonly #now: () => number;
  readonly #kept = new Map<string, Kept>();

  /** @param now milliseconds */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** An answer that is young enough, and its age in milliseconds. */
  find(task: Task): { readonly result: DelegationResult; readonly ageMs: number } | undefined {
    const lasting = lastingMs(task.agent);
    const kept = lasting > 0 ? this.#kept.get(keyOf(task)) : undefined;
    if (!kept) return undefined;
    const ageMs = this.#now() - kept.at;
    return ageMs < lasting ? { result: kept.result, ageMs } : undefined;
  }

  /** Only what came to its end is kept. */
  keep(task: Task, result: DelegationResult): void {
    if (lastingMs(task.agent) === 0 || result.status !== 'completed') return;
    const key = keyOf(task);
    this.#kept.delete(key);
    this.#kept.set(key, { result, at: this.#now() });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MOST_KEPT) break;
      this.#kept.delete(oldest);
    }
  }
}

function lastingMs({ options: { cache } }: Agent): number {
  return typeof cache === 'number' ? cache : 0;
}

function keyOf(task: Task): string {
  return createHash('sha256').update(JSON.stringify(task)).digest('base64');
}
