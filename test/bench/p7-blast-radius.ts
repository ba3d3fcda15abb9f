/** P7: 200 tool calls at once, among them an endless regular expression, a `process.exit` and one out of memory. */
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { FIXTURES, openBenchHost } from './bench-host.ts';
import { type Measure, sample } from './measure.ts';

const NEIGHBOURS = 197;
const FAULTS = ['expression', 'exit', 'memory'];
/** What a timer of this resolution is late by when nothing happens is in the samples; it is not taken off. */
const RESOLUTION_MS = 1;

export async function blastRadius(count: number): Promise<Measure[]> {
  const file = join(FIXTURES, 'bench-faults.ts');
  // As a process of little memory: it meets its end in a second, and not at the machine's limit.
  const memory = { command: [process.execPath, '--max-old-space-size=64', file] };
  await using bench = await openBenchHost({
    services: {
      'bench-orchestrator': { entry: join(FIXTURES, 'bench-orchestrator.ts') },
      'bench-tool': { entry: join(FIXTURES, 'bench-tool.ts') },
      expression: { entry: file },
      exit: { entry: file },
      memory,
    },
  });
  let right = 0;
  let runs = 0;
  const lag = await sample(count, 1, async () => {
    const session = await bench.host.sessions.create({ cwd: bench.cwd, agent: 'build' });
    const tools = FAULTS.map((name) => `${name}:fault_${name}`).join();
    const overrides = { timeouts: { tool_ms: 3_000 } };
    const run = { interactive: false, trusted: true, overrides };
    const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    for await (const event of bench.host.run(session, `together ${tools} ${NEIGHBOURS}`, run)) {
      if (event.type === 'tool.started' && event.call_id === 'c0-bench_echo') delay.enable();
    }
    delay.disable();
    right += Number(session.getState('right'));
    runs += 1;
    return delay.percentile(99) / 1e6;
  });
  return [
    {
      id: 'P7',
      what: '200 calls with three faults among them: host lag p99',
      unit: 'ms',
      ours: lag,
      baseline: [10],
      goal: { atMost: 1 },
      note: `${right} of ${runs * NEIGHBOURS} neighbours right`,
    },
  ];
}
