/** What a host holds of the machine, so that two moments can be compared. */
import { readdirSync } from 'node:fs';
import { descendantsOf } from '../builders/process-table.ts';

export interface Holdings {
  /** Bytes of the heap after a collection. */
  readonly heap: number;
  /** Open file descriptors and threads of the system; absent where it does not tell. */
  readonly descriptors: number | undefined;
  readonly threads: number | undefined;
  readonly processes: readonly string[];
  /** By kind, what keeps the event loop alive. */
  readonly resources: Readonly<Record<string, number>>;
  /** Of the process itself, by event. */
  readonly listeners: Readonly<Record<string, number>>;
}

export function holdings(): Holdings {
  // Twice: finalizers of the first run let go of what the second collects.
  globalThis.gc?.();
  globalThis.gc?.();
  return {
    heap: process.memoryUsage().heapUsed,
    descriptors: countIn('/proc/self/fd'),
    threads: threadCount(),
    processes: descendantsOf(process.pid).map(({ command }) => command),
    resources: tally(process.getActiveResourcesInfo()),
    listeners: Object.fromEntries(
      process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
    ),
  };
}

/** Threads of this process, the platform's own too; undefined where the system does not tell. */
export function threadCount(): number | undefined {
  return countIn('/proc/self/task');
}

/** What there is more of than before, as sentences. `slack` allows for what the platform keeps for itself. */
export function leaks(before: Holdings, after: Holdings, slack = 0): string[] {
  const found: string[] = [];
  const compare = (what: string, old = 0, now = 0, allowed = slack) => {
    if (now > old + allowed) found.push(`${now - old} more of ${what} (${old} before, ${now} after)`);
  };
  compare('file descriptors', before.descriptors, after.descriptors);
  compare('threads', before.threads, after.threads);
  compare(
    `child processes: ${after.processes.join('; ')}`,
    before.processes.length,
    after.processes.length,
    0,
  );
  for (const [kind, count] of Object.entries(after.resources)) {
    if (kind !== 'Timeout' && kind !== 'Immediate') compare(kind, before.resources[kind], count);
  }
  for (const [event, count] of Object.entries(after.listeners)) {
    compare(`listeners to ${event}`, before.listeners[event], count, 0);
  }
  return found;
}

/**
 * Bytes by which a series of heap sizes grew, from the median of its second quarter to that of its last; the first
 * quarter is warm-up.
 */
export function growth(heaps: readonly number[]): number {
  const quarter = Math.floor(heaps.length / 4);
  if (quarter === 0) return 0;
  return median(heaps.slice(-quarter)) - median(heaps.slice(quarter, 2 * quarter));
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function tally(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** Undefined where there is no such folder: only Linux has it. */
function countIn(folder: string): number | undefined {
  try {
    return readdirSync(folder).length;
  } catch {
    return undefined;
  }
}
