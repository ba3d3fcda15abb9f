/**
 * The host's time as this machine knows it. The frame may run on another machine than the host (a remote
 * window), with a clock that differs; deadlines and elapsed times are the host's.
 */
import { effect, type ReadonlySignal, signal } from '@preact/signals';

const TICK_MS = 1000;

export interface Clock {
  /** The host's time now; milliseconds since the epoch. */
  now(): number;
  /** The same, as it was at the last tick; ticks while `isNeeded`. */
  readonly ticking: ReadonlySignal<number>;
  /** An event of this time arrived just now. */
  observe(at: number): void;
}

export function createClock(isNeeded: ReadonlySignal<boolean>, local: () => number = Date.now): Clock {
  // Events come late, never early: the smallest difference seen is the clocks' own, plus the way's shortest time.
  let behind = Number.POSITIVE_INFINITY;
  const now = () => local() - (Number.isFinite(behind) ? behind : 0);
  const ticking = signal(now());
  effect(() => {
    if (!isNeeded.value) return;
    ticking.value = now();
    const timer = setInterval(() => {
      ticking.value = now();
    }, TICK_MS);
    return () => clearInterval(timer);
  });
  return {
    now,
    ticking,
    observe: (at) => {
      behind = Math.min(behind, local() - at);
    },
  };
}
