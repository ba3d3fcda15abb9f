/** A turn watched while it runs: tests wait for its events instead of for time. */
import type { EventOf, EventType, SessionEvent } from '../../src/protocol/events.ts';

export interface RunningTurn {
  /** Everything so far. */
  readonly events: readonly SessionEvent[];
  /** The first event of this type, and kind; also one that came already. Rejects when the turn ends without it. */
  until<T extends EventType>(type: T, matches?: (event: EventOf<T>) => boolean): Promise<EventOf<T>>;
  /** All events, when the turn has ended. */
  readonly ended: Promise<readonly SessionEvent[]>;
}

export function watch(turn: AsyncIterable<SessionEvent>): RunningTurn {
  const events: SessionEvent[] = [];
  const waiters = new Set<() => void>();
  let isOver = false;
  const wake = () => {
    for (const waiter of waiters) waiter();
  };
  const ended = (async () => {
    try {
      for await (const event of turn) {
        events.push(event);
        wake();
      }
      return events;
    } finally {
      isOver = true;
      wake();
    }
  })();
  // Whoever awaits it sees the failure; a test that only looks at events need not.
  ended.catch(() => undefined);
  return {
    events,
    ended,
    async until(type, matches = () => true) {
      for (;;) {
        const found = events.find(
          (event): event is EventOf<typeof type> =>
            event.type === type && matches(event as EventOf<typeof type>),
        );
        if (found) return found;
        if (isOver) throw new Error(`The turn ended without "${type}": ${JSON.stringify(events.at(-1))}`);
        await new Promise<void>((resolve) => {
          const waiter = () => {
            waiters.delete(waiter);
            resolve();
          };
          waiters.add(waiter);
        });
      }
    },
  };
}
