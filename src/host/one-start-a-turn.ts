/**
 * Starting a thread or a process holds up the event loop for some milliseconds. Whoever starts several waits for
 * this before each, so that something else gets its turn between them.
 */
let last: Promise<void> = Promise.resolve();

export function nextStart(): Promise<void> {
  last = last.then(() => new Promise((resolve) => setImmediate(resolve)));
  return last;
}
