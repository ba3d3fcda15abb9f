/**
 * How many children work at once: so many per asking session, so many in all; the rest waits in the order it came
 * (DL-24, AT-60). A child that waits for children of its own gives its place away meanwhile, so that a deep tree
 * cannot stand still with every place taken by someone who waits.
 */
import { PatchbayError } from '../../protocol/errors.ts';

export interface PlaceLimits {
  /** Of one asking session. */
  readonly perSession: number;
  readonly inAll: number;
}

export interface Place {
  /** Gives the place away until the returned function is called and one is free again. Calls may be nested. */
  lend(): () => Promise<void>;
  release(): void;
}

interface Waiting {
  readonly session: string;
  /** One that had a place before comes first, and is not counted for its session. */
  readonly isReturning: boolean;
  readonly enter: () => void;
}

export class Places {
  readonly #taken = new Map<string, number>();
  readonly #waiting: Waiting[] = [];
  #inAll = 0;
  #limits: PlaceLimits = { perSession: 4, inAll: 16 };

  /**
   * @param session who asks. @param onWait told once, with how many wait before it, when there is no place yet.
   * @throws PatchbayError `cancelled` when the signal is aborted while it waits.
   */
  async take(
    session: string,
    limits: PlaceLimits,
    signal: AbortSignal,
    onWait: (before: number) => void,
  ): Promise<Place> {
    this.#limits = limits;
    await this.#enter(session, false, signal, onWait);
    let lent = 0;
    return {
      lend: () => {
        lent += 1;
        if (lent === 1) this.#leave();
        return async () => {
          lent -= 1;
          if (lent === 0) await this.#enter(session, true);
        };
      },
      release: () => {
        const left = this.#of(session) - 1;
        if (left > 0) this.#taken.set(session, left);
        else this.#taken.delete(session);
        if (lent === 0) this.#leave();
        else this.#next();
      },
    };
  }

  async #enter(
    session: string,
    isReturning: boolean,
    signal?: AbortSignal,
    onWait?: (before: number) => void,
  ): Promise<void> {
    if (signal?.aborted) throw cancelled();
    const asking = { session, isReturning };
    const others = this.#waiting.some((each) => isReturning === each.isReturning && this.#mayEnter(each));
    if (this.#mayEnter(asking) && !others) {
      this.#inAll += 1;
      if (!isReturning) this.#taken.set(session, this.#of(session) + 1);
      return;
    }
    onWait?.(this.#waiting.length);
    await new Promise<void>((resolve, reject) => {
      const end = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(cancelled());
      };
      const waiting: Waiting = {
        ...asking,
        enter: () => {
          signal?.removeEventListener('abort', end);
          this.#inAll += 1;
          if (!isReturning) this.#taken.set(session, this.#of(session) + 1);
          resolve();
        },
      };
      signal?.addEventListener('abort', end, { once: true });
      this.#waiting.push(waiting);
    });
  }

  #mayEnter({ session, isReturning }: Pick<Waiting, 'session' | 'isReturning'>): boolean {
    if (this.#inAll >= this.#limits.inAll) return false;
    return isReturning || this.#of(session) < this.#limits.perSession;
  }

  #leave(): void {
    this.#inAll -= 1;
    this.#next();
  }

  /** Whoever had a place before comes first; then the longest waiting whose session may have one more. */
  #next(): void {
    const returning = this.#waiting.findIndex((each) => each.isReturning && this.#mayEnter(each));
    const at = returning >= 0 ? returning : this.#waiting.findIndex((each) => this.#mayEnter(each));
    const [next] = at < 0 ? [] : this.#waiting.splice(at, 1);
    if (!next) return;
    next.enter();
    // One that left may make room for a session's next and for another's.
    this.#next();
  }

  #of(session: string): number {
    return this.#taken.get(session) ?? 0;
  }
}

function cancelled(): PatchbayError {
  return new PatchbayError('cancelled', 'The work was cancelled before it began.');
}
