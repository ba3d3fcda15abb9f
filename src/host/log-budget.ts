/** How much the services may print into a session's events: a flood is noted once, the log keeps its tail. */

/** Lines of one service in one turn, whether printed or sent. */
const LINES = 200;

/** Wraps a taker of lines: after the last one that fits it says so, and then is silent. */
export function withLogBudget<L>(
  take: (service: string, text: string, level: L) => void,
): (service: string, text: string, level: L) => void {
  const taken = new Map<string, number>();
  return (service, text, level) => {
    const count = (taken.get(service) ?? 0) + 1;
    taken.set(service, count);
    if (count < LINES) take(service, text, level);
    else if (count === LINES) {
      take(service, `More than ${LINES} lines in one turn; the rest is left out here.`, level);
    }
  };
}
