/** P2, P3: a routed tool call (orchestrator → host → tool → back) by thread and by process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import { FIXTURES, openBenchHost } from './bench-host.ts';
import { type Measure, sample } from './measure.ts';

export async function toolCalls(count: number): Promise<Measure[]> {
  const service = (file: string) => join(FIXTURES, file);
  const node = (file: string) => ({ command: [process.execPath, service(file)] });
  const threads = await routed(count, {
    'bench-orchestrator': { entry: service('bench-orchestrator.ts') },
    'bench-tool': { entry: service('bench-tool.ts') },
  });
  const processes = await routed(count, {
    'bench-orchestrator': node('bench-orchestrator.ts'),
    'bench-tool': node('bench-tool.ts'),
  });
  const common = { unit: 'ms', goal: { atMost: 3 } };
  return [
    {
      id: 'P2',
      what: 'routed tool call, thread links',
      ours: threads,
      baseline: await barePort(count),
      ...common,
    },
    {
      id: 'P3',
      what: 'routed tool call, process links',
      ours: processes,
      baseline: await bareLine(count),
      ...common,
    },
  ];
}

async function routed(
  count: number,
  services: Parameters<typeof openBenchHost>[0]['services'],
): Promise<number[]> {
  await using bench = await openBenchHost({ services });
  const session = await bench.host.sessions.create({ cwd: bench.cwd, agent: 'build' });
  const turn = bench.host.run(session, `tool bench_nothing ${count}`, { interactive: false, trusted: true });
  for await (const event of turn) {
    if (event.type === 'turn.finished' && event.status !== 'completed') throw new Error(event.error?.message);
  }
  return session.getState('samples') as number[];
}

/** One bare postMessage round trip. */
export async function barePort(count: number): Promise<number[]> {
  const worker = new Worker(join(FIXTURES, 'bare-worker.mjs'));
  await once(worker, 'message');
  const samples = await sample(count, 200, async () => {
    const began = performance.now();
    worker.postMessage({ name: 'bench_nothing', input: {} });
    await once(worker, 'message');
    return performance.now() - began;
  });
  await worker.terminate();
  return samples;
}

/** One bare round trip of a line on stdio. */
async function bareLine(count: number): Promise<number[]> {
  const child = spawn(process.execPath, [join(FIXTURES, 'bare-process.mjs')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const samples = await sample(count, 200, async () => {
    const began = performance.now();
    child.stdin.write('{"name":"bench_nothing","input":{}}\n');
    await once(lines, 'line');
    return performance.now() - began;
  });
  child.stdin.end();
  await once(child, 'exit');
  return samples;
}
