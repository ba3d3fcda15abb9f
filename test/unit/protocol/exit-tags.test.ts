/** Every end of a turn has a tag of its own (AT-75). */
import { expect, test } from 'vitest';
import { ErrorKind } from '../../../src/protocol/errors.ts';
import { ExitTag, exitTag, LimitKind, type TurnEnding } from '../../../src/protocol/exit-tags.ts';

const PLAIN: TurnEnding[] = (['completed', 'cancelled', 'interrupted', 'denied'] as const).map((status) => ({
  status,
}));
const LIMITS = LimitKind.options.map((limit): TurnEnding => ({ status: 'limit', limit }));
// A failure of these two kinds is the end of another status.
const KINDS = ErrorKind.options.filter((kind) => kind !== 'denied' && kind !== 'cancelled');
const FAILURES = KINDS.map((kind): TurnEnding => ({ status: 'failed', kind }));

test('each way to end has another tag, and each tag but that of a lost process is one (AT-75)', () => {
  const tags = [...PLAIN, ...LIMITS, ...FAILURES].map(exitTag);
  expect(new Set(tags).size).toBe(tags.length);
  expect([...tags, 'EXIT-PROCESS-LOST'].sort()).toEqual([...ExitTag.options].sort());
});

test.each<[TurnEnding, ExitTag]>([
  [{ status: 'completed' }, 'EXIT-FINAL-ANSWER'],
  [{ status: 'cancelled' }, 'EXIT-USER-STOP'],
  [{ status: 'limit', limit: 'turns' }, 'EXIT-MAX-TURNS-WITH-RESPONSE'],
  [{ status: 'limit', limit: 'tokens' }, 'EXIT-TOKEN-LIMIT'],
  [{ status: 'failed', kind: 'auth' }, 'EXIT-AUTH-FAILURE'],
  [{ status: 'failed', kind: 'rate_limit' }, 'EXIT-QUOTA-EXCEEDED'],
  [{ status: 'failed', kind: 'tool' }, 'EXIT-UNCAUGHT-EXCEPTION'],
])('%j is %s (AT-75)', (ending, tag) => {
  expect(exitTag(ending)).toBe(tag);
});
