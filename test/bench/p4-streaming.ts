/** P4: tokens of a provider to a subscriber of the host, against one awaited Comlink call per token. */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import * as Comlink from 'comlink';
import { nodeEndpoint } from '../../src/protocol/node-endpoint.ts';
import { FIXTURES, openBenchHost } from './bench-host.ts';
import { type Measure, sample } from './measure.ts';

const TOKENS = 100_000;
const COMLINK_TOKENS = 5_000;

export async function streaming(count: number): Promise<Measure[]> {
  await using bench = await openBenchHost({
    services: {
      'bench-orchestrator': { entry: join(FIXTURES, 'bench-orchestrator.ts') },
      'bench-provider': { entry: join(FIXTURES, 'bench-provider.ts') },
    },
  });
  const ours = await sample(count, 2, async () => {
    const events = await bench.run(`stream ${TOKENS}`);
    const deltas = events.filter((event) => event.type === 'assistant.delta');
    const called = events.find((event) => event.type === 'model.called');
    const received = deltas.reduce((sum, delta) => sum + delta.text.length, 0);
    if (received !== TOKENS * 'token '.length)
      throw new Error(`${received} characters of the stream arrived.`);
    const tookMs =
      called?.type === 'model.called' ? called.latency_ms - (called.first_token_ms ?? 0) : Number.NaN;
    return TOKENS / (tookMs / 1000);
  });
  return [
    {
      id: 'P4',
      what: 'streamed tokens a second, provider to subscriber',
      unit: '/s',
      ours,
      baseline: await comlinkRate(count),
      goal: { atLeast: 10 },
    },
  ];
}

async function comlinkRate(count: number): Promise<number[]> {
  const worker = new Worker(join(FIXTURES, 'comlink-worker.mjs'));
  const remote = Comlink.wrap<{ token(): string }>(nodeEndpoint(worker));
  const samples = await sample(count, 2, async () => {
    const began = performance.now();
    for (let index = 0; index < COMLINK_TOKENS; index += 1) await remote.token();
    return COMLINK_TOKENS / ((performance.now() - began) / 1000);
  });
  await worker.terminate();
  return samples;
}
