/** What this very thread did while some work went on: how long it was busy in one piece, what memory it kept. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Node 23.9 and later. */
interface ThreadCpu {
  threadCpuUsage(): { readonly user: number; readonly system: number };
}

export interface ThreadLoad {
  /**
   * The longest piece of work without a turn of the event loop, in milliseconds of this thread's own processor
   * time. Not of the clock: a machine that runs something else meanwhile is no fault of the host's.
   */
  readonly longestMs: number;
}

const EVERY_MS = 2;

export async function threadLoad(work: () => Promise<void>): Promise<ThreadLoad> {
  let longestMs = 0;
  let before = cpuMs();
  const ticking = setInterval(() => {
    const now = cpuMs();
    longestMs = Math.max(longestMs, now - before);
    before = now;
  }, EVERY_MS);
  try {
    await work();
  } finally {
    clearInterval(ticking);
  }
  return { longestMs };
}

/** Bytes in use after a garbage collection. */
export function memoryInUse(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Worker threads of this process that live. */
export function threadCount(): number {
  // Else it looks up the names of all peers.
  Object.assign(process.report, { excludeNetwork: true });
  return (process.report.getReport() as { workers: unknown[] }).workers.length;
}

function cpuMs(): number {
  const { user, system } = (process as unknown as ThreadCpu).threadCpuUsage();
  return (user + system) / 1_000;
}
