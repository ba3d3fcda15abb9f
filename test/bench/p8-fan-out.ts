/**
 * P8: 32 children of one second of model time each, 16 at once, and what a live service takes in memory meanwhile;
 * and how long a child takes to its first request, against its root.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isLiving } from '../../src/protocol/service-status.ts';
import { openBenchHost } from './bench-host.ts';
import { startDelegatingModel } from './fixtures/delegating-model.ts';
import type { Measure } from './measure.ts';

const CHILDREN = 32;
const AT_ONCE = 16;
const PIECE_MS = 1_000;
/** A model thinks that long before it gives work away. */
const THINKING_MS = 500;
const MOST_MB = 12;
/** As planner is, whose work is to give work away. */
const LEAD = '---\nname: lead\ndescription: Gives work away\nagents: [explorer]\n---\nGive work away.\n';

export async function fanOut(count: number): Promise<Measure[]> {
  const { wall, memory } = await manyChildren(Math.max(2, Math.round(count / 5)));
  const { child, root } = await firstRequests(count);
  return [
    {
      id: 'P8',
      what: `${CHILDREN} children of 1 s, ${AT_ONCE} at once`,
      unit: 'ms',
      ours: wall,
      baseline: [(CHILDREN / AT_ONCE) * PIECE_MS],
      goal: { atMost: 1.25 },
    },
    {
      id: 'P8',
      what: 'memory of a live service at the peak',
      unit: 'MB',
      ours: memory,
      baseline: [MOST_MB],
      goal: { atMost: 1 },
    },
    {
      id: 'P8',
      what: "from the answer that delegates to the child's first request",
      unit: 'ms',
      ours: child,
      baseline: root,
      goal: { atMost: 1.2 },
      note: "baseline: from the prompt to the root's first request, with warm spares",
    },
  ];
}

async function manyChildren(count: number) {
  using model = await startDelegatingModel({ fan: THINKING_MS, piece: PIECE_MS });
  await using bench = await openBench(model.url);
  const wall: number[] = [];
  // Of the first round: what a thread leaves behind is used by the next one and not given back to the system.
  const before = process.memoryUsage().rss;
  let peak = { rss: before, services: 1 };
  const sampler = setInterval(() => {
    const { rss } = process.memoryUsage();
    if (rss <= peak.rss) return;
    peak = { rss, services: Math.max(1, bench.host.services.list().filter(isLiving).length) };
  }, 50);
  for (let round = 0; round < count; round += 1) {
    model.asked.length = 0;
    await delegating(bench, CHILDREN);
    clearInterval(sampler);
    wall.push(only(model, 'results').at - only(model, 'fan').answered!);
  }
  return { wall, memory: [(peak.rss - before) / peak.services / 2 ** 20] };
}

async function firstRequests(count: number) {
  using model = await startDelegatingModel({ fan: THINKING_MS, piece: 0 });
  await using bench = await openBench(model.url);
  const samples = { child: [] as number[], root: [] as number[] };
  for (let round = -2; round < count; round += 1) {
    model.asked.length = 0;
    // The spares of the last turn have come up by then, as they have when a person types.
    await new Promise((resolve) => setTimeout(resolve, 500));
    const began = performance.now();
    await delegating(bench, 1);
    if (round < 0) continue;
    const fan = only(model, 'fan');
    samples.root.push(fan.at - began);
    samples.child.push(only(model, 'piece').at - fan.answered!);
  }
  return samples;
}

async function openBench(url: string) {
  const bench = await openBenchHost({
    environment: { ANTHROPIC_API_KEY: 'key', ANTHROPIC_BASE_URL: url },
    settings: { delegation: { max_parallel: AT_ONCE, max_total: AT_ONCE } },
  });
  const agents = join(bench.cwd, '.amplifier', 'agents');
  await mkdir(agents, { recursive: true });
  await writeFile(join(agents, 'lead.md'), LEAD);
  return bench;
}

async function delegating(bench: Awaited<ReturnType<typeof openBench>>, children: number): Promise<void> {
  const end = (await bench.run(`fan ${children}`, { agent: 'lead' })).findLast(
    (event) => event.type === 'turn.finished',
  );
  if (end?.status !== 'completed')
    throw new Error(`The turn ended as ${end?.status}: ${end?.error?.message}`);
}

function only(model: Awaited<ReturnType<typeof startDelegatingModel>>, what: 'fan' | 'piece' | 'results') {
  const found = model.asked.find((each) => each.what === what);
  if (!found) throw new Error(`The model was not asked for ${what}.`);
  return found;
}
