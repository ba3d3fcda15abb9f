/** How much memory some work takes at its peak, beyond what was taken before it. */
export async function peakMemory<T>(work: () => Promise<T>): Promise<{ result: T; bytes: number }> {
  const before = used();
  let peak = before;
  const sampling = setInterval(() => {
    peak = Math.max(peak, used());
  }, 5);
  try {
    const result = await work();
    return { result, bytes: Math.max(peak, used()) - before };
  } finally {
    clearInterval(sampling);
  }
}

function used(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
