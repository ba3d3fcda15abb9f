/** How long something has been going on. Only this text renders again with the clock. */
import { formatElapsed } from './format.ts';
import { useChat } from './session/chat-context.ts';

interface ElapsedProps {
  /** The host's time at which it began; milliseconds since the epoch. */
  readonly since: number;
}

/** Nothing in the first second. */
export function Elapsed({ since }: ElapsedProps) {
  const { clock } = useChat();
  const elapsed = clock.ticking.value - since;
  return elapsed < 1000 ? null : <span class="numbers">{formatElapsed(elapsed)}</span>;
}
