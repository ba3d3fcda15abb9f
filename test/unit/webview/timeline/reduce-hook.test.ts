/** A hung gate shows in the timeline with how long it takes, and with what came of it (RT-42a). */
import { expect, it } from 'vitest';
import { reduce } from '../../../../webview/timeline/reduce.ts';
import { rowText } from '../../../../webview/timeline/row-text.ts';
import type { Row } from '../../../../webview/timeline/rows.ts';
import { emptyTimeline } from '../../../../webview/timeline/timeline.ts';
import { SESSION, SessionScript } from '../session-script.ts';

const hook = { hook_event: 'tool:pre', hook: 'guard', service: 'watch', call_id: 'c1' };
const error = { kind: 'timeout', message: 'Service "watch" did not answer.' } as const;

function waiting(): { script: SessionScript; since: number } {
  const script = new SessionScript();
  const since = script.startTurn().at;
  script.add({ type: 'hook.waiting', ...hook, since, limit_ms: 5_000 });
  return { script, since };
}

const rows = (script: SessionScript): Row[] =>
  script.stored.reduce(reduce, emptyTimeline(SESSION)).pages.flatMap((page) => page.rows);
const waits = (script: SessionScript) => rows(script).filter((row) => row.kind === 'hook-wait');

it('while it hangs the row has the time at which it was asked, to count from, and its limit', () => {
  const { script, since } = waiting();
  expect(waits(script)).toMatchObject([
    { hook: 'guard', service: 'watch', event: 'tool:pre', since, limitMs: 5_000 },
  ]);
  expect(waits(script)[0]?.waitedMs).toBeUndefined();
  expect(rowText(waits(script)[0]!)).toBe('Waiting for hook guard of watch at tool:pre');
});

it('an answer ends the wait in its row', () => {
  const { script } = waiting();
  script.add({ type: 'hook.answered', ...hook, waited_ms: 2_300 });
  expect(waits(script)).toMatchObject([{ waitedMs: 2_300 }]);
  expect(rowText(waits(script)[0]!)).toBe('Waited 2.3 s for hook guard of watch at tool:pre');
});

it('a failure ends the wait and says what follows', () => {
  const { script } = waiting();
  script.add({ type: 'hook.failed', ...hook, error, outcome: 'ask', waited_ms: 5_000 });
  expect(waits(script)).toMatchObject([{ waitedMs: 5_000 }]);
  expect(rows(script).at(-1)).toMatchObject({ kind: 'hook-failed', failure: { outcome: 'ask' } });
});

it('another call’s hook is another wait', () => {
  const { script } = waiting();
  script.add({ type: 'hook.waiting', ...hook, call_id: 'c2', since: 1, limit_ms: 5_000 });
  script.add({ type: 'hook.answered', ...hook, call_id: 'c2', waited_ms: 1_500 });
  expect(waits(script).map(({ waitedMs }) => waitedMs)).toEqual([undefined, 1_500]);
});

it('the end of the turn ends what still waits', () => {
  const { script, since } = waiting();
  const { at } = script.finishTurn('cancelled');
  expect(waits(script)).toMatchObject([{ waitedMs: at - since }]);
});
