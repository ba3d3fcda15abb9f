/** What the exit code of `patchbay` tells a script. */
import type { TurnStatus } from '../protocol/outcome.ts';

export const EXIT = { done: 0, failed: 1, usage: 2, denied: 3, cancelled: 130 } as const;

export function exitCodeOf(status: TurnStatus): number {
  switch (status) {
    case 'completed':
      return EXIT.done;
    case 'failed':
    case 'interrupted':
      return EXIT.failed;
    case 'denied':
    case 'limit':
      return EXIT.denied;
    case 'cancelled':
      return EXIT.cancelled;
    default:
      return status satisfies never;
  }
}
