/** P1: prompt handed to the host → first byte of the provider's HTTP request, all services fresh. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { FIXTURES, openBenchHost } from './bench-host.ts';
import { type Measure, sample } from './measure.ts';

export async function turnStart(count: number): Promise<Measure[]> {
  let arrived: () => void = () => undefined;
  const server = createServer((request, response) => {
    arrived();
    request.resume();
    response.writeHead(401, { 'content-type': 'application/json' }).end('{"error":{"message":"no"}}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const environment = { ANTHROPIC_API_KEY: 'key', ANTHROPIC_BASE_URL: base };

  const once = async (bench: Awaited<ReturnType<typeof openBenchHost>>) => {
    const reached = new Promise<number>((resolve) => {
      arrived = () => resolve(performance.now());
    });
    // The spares of the last turn have come up by then, as they have when a person types.
    await new Promise((resolve) => setTimeout(resolve, 500));
    const began = performance.now();
    const turn = bench.run('go');
    const at = await reached;
    await turn;
    return at - began;
  };
  const first = await sample(count, 2, async () => {
    await using bench = await openBenchHost({ environment });
    return await once(bench);
  });
  const opened = await sample(count, 2, async () => {
    await using bench = await openBenchHost({ environment });
    // As the chat does when it is shown.
    await bench.host.warm({ cwd: bench.cwd, trusted: true });
    return await once(bench);
  });
  await using bench = await openBenchHost({ environment });
  const later = await sample(count, 2, () => once(bench));
  server.close();
  const baseline = await sample(count, 2, bareWorker);
  const common = { unit: 'ms', baseline, goal: { atMost: 3 } };
  return [
    { id: 'P1', what: 'turn start, very first turn of a host', ours: first, ...common },
    { id: 'P1', what: 'turn start, first turn after the chat was opened', ours: opened, ...common },
    {
      id: 'P1',
      what: 'turn start, later turns',
      ours: later,
      ...common,
      note: 'with warm spares; the goal of the next stage is 0.5',
    },
  ];
}

/** One bare worker to its first message. */
async function bareWorker(): Promise<number> {
  const began = performance.now();
  const worker = new Worker(join(FIXTURES, 'bare-worker.mjs'));
  await new Promise((resolve) => worker.once('message', resolve));
  const took = performance.now() - began;
  await worker.terminate();
  return took;
}
