/** P5: one event through 8 hooks in 4 services, against 4 bare round trips. */
import { join } from 'node:path';
import { FIXTURES, openBenchHost } from './bench-host.ts';
import type { Measure } from './measure.ts';
import { barePort } from './p2-p3-tool-call.ts';

const SERVICES = 4;

export async function hookChain(count: number): Promise<Measure[]> {
  const entry = (file: string) => ({ entry: join(FIXTURES, file) });
  const hooks = Array.from(
    { length: SERVICES },
    (_, n) => [`bench-hooks-${n}`, entry('bench-hooks.ts')] as const,
  );
  await using bench = await openBenchHost({
    services: { 'bench-orchestrator': entry('bench-orchestrator.ts'), ...Object.fromEntries(hooks) },
  });
  const session = await bench.host.sessions.create({ cwd: bench.cwd, agent: 'build' });
  const turn = bench.host.run(session, `hooks artifact:read ${count}`, { interactive: false, trusted: true });
  for await (const event of turn) {
    if (event.type === 'turn.finished' && event.status !== 'completed') throw new Error(event.error?.message);
  }
  const single = await barePort(count);
  return [
    {
      id: 'P5',
      what: 'hook chain, 8 hooks in 4 services',
      unit: 'ms',
      ours: session.getState('samples') as number[],
      baseline: single.map((ms) => ms * SERVICES),
      goal: { atMost: 2 },
      note: 'the way from the loop to the host and the logging hook that ships with us are in ours too',
    },
  ];
}
