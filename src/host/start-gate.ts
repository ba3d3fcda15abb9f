/**
 * Threads that boot at the same time take the processor from one another, and all of them are up late: only as many as
 * there are processors boot at once, in the order they were asked for, so that the first can work while others boot.
 * What is only started ahead waits until nobody else does.
 */
import { availableParallelism } from 'node:os';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Link } from './links/link.ts';

/** A thread that is not up by then holds up nobody any longer. */
const LONGEST_BOOT_MS = 1_000;

type BootingLink = Pick<Link, 'call' | 'exited'>;

export interface StartGateOptions {
  /** How many may boot at the same time. */
  readonly atOnce: number;
  /** Milliseconds. */
  readonly longestBootMs: number;
}

export class StartGate {
  readonly #options: StartGateOptions;
  readonly #waiting: (() => void)[] = [];
  readonly #patient: (() => void)[] = [];
  #booting = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: Partial<StartGateOptions> = {}) {
    this.#options = {
      atOnce: Math.max(2, availableParallelism()),
      longestBootMs: LONGEST_BOOT_MS,
      ...options,
    };
  }

  /**
   * Runs `start` when one more may boot, and gives what it started; the next one goes when that is up. Undefined when
   * the signal is aborted before.
   */
  async start<L extends BootingLink>(start: () => L, signal: AbortSignal): Promise<L | undefined> {
    if (!(await this.#enter(signal))) return undefined;
    await this.pause();
    let link: L | undefined;
    try {
      if (!signal.aborted) link = start();
    } finally {
      if (link) void this.#isUp(link).then(() => this.#next());
      else this.#next();
    }
    return link;
  }

  /**
   * Opening a thread or a process holds up the event loop for some milliseconds. Whoever opens several waits for this
   * before each, so that something else gets its turn between them.
   */
  pause(): Promise<unknown> {
    this.#last = this.#last.then(() => setImmediate());
    return this.#last;
  }

  /** Resolves when nobody boots or waits to. */
  async calm(): Promise<void> {
    while (this.#booting > 0) await new Promise<void>((resolve) => this.#patient.push(resolve));
  }

  /** False when the signal is aborted before it is this one's turn. */
  async #enter(signal: AbortSignal): Promise<boolean> {
    if (this.#booting < this.#options.atOnce) {
      this.#booting += 1;
      return true;
    }
    if (signal.aborted) return false;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const enter = () => resolve(true);
    const leave = () => {
      const at = this.#waiting.indexOf(enter);
      // Not there: it was let in at this very moment, and passes its place on itself.
      if (at < 0) return;
      this.#waiting.splice(at, 1);
      resolve(false);
    };
    this.#waiting.push(enter);
    signal.addEventListener('abort', leave, { once: true });
    const entered = await promise;
    signal.removeEventListener('abort', leave);
    return entered;
  }

  #next(): void {
    const next = this.#waiting.shift();
    if (next) {
      next();
      return;
    }
    this.#booting -= 1;
    if (this.#booting > 0) return;
    for (const resolve of this.#patient.splice(0)) resolve();
  }

  async #isUp(link: BootingLink): Promise<void> {
    const late = new AbortController();
    const answered = link.call('ping', {}).catch(() => undefined);
    const tooLong = setTimeout(this.#options.longestBootMs, undefined, { signal: late.signal, ref: false });
    await Promise.race([answered, link.exited, tooLong.catch(() => undefined)]);
    late.abort();
  }
}

/** The processors are the machine's: one gate for all hosts of this process. */
export const startGate = new StartGate();
