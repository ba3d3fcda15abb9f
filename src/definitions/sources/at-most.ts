/** A bound on how much is done at once; the rest waits in order. */

/** @param most how many may run at the same time */
export function atMost(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      // Who waits takes the place over.
      if (next) next();
      else running -= 1;
    }
  };
}
