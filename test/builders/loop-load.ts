/**
 * How long the longest turn of the event loop was, in the time the processor worked for this very thread: what other
 * programs of the machine do in between does not count.
 */
interface ThreadCpu {
  threadCpuUsage(): { readonly user: number; readonly system: number };
}

/** Milliseconds, with what the work gave. */
export async function longestTurn<T>(work: () => Promise<T>): Promise<{ result: T; ms: number }> {
  const spent = () => {
    const { user, system } = (process as unknown as ThreadCpu).threadCpuUsage();
    return (user + system) / 1_000;
  };
  let last = spent();
  let longest = 0;
  const look = () => {
    const now = spent();
    longest = Math.max(longest, now - last);
    last = now;
  };
  const timer = setInterval(look, 1);
  try {
    const result = await work();
    look();
    return { result, ms: longest };
  } finally {
    clearInterval(timer);
  }
}
