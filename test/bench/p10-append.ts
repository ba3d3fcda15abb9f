/** P10: one more event for a session of 3 500 and of 100 000 events, against an empty one. */

import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Session } from '../../src/session/session.ts';
import { createSessionStore } from '../../src/session/store.ts';
import { type Measure, timed } from './measure.ts';

const BATCH = 200;

export async function appending(count: number): Promise<Measure[]> {
  const home = await mkdtemp(join(tmpdir(), 'patchbay-bench-'));
  const store = createSessionStore({ home });
  const sessionOf = async (events: number) => {
    const session = await store.create({ cwd: home, agent: 'build' });
    for (let done = 0; done < events; done += BATCH) await append(session, BATCH);
    return session;
  };
  const sessions = {
    empty: await sessionOf(0),
    small: await sessionOf(3_500),
    large: await sessionOf(100_000),
  };
  const samples = { empty: [] as number[], small: [] as number[], large: [] as number[] };
  // Turn about, so that what else the machine does meets all alike.
  for (let round = -3; round < count; round += 1) {
    for (const size of ['empty', 'small', 'large'] as const) {
      const took = (await timed(() => append(sessions[size], BATCH))) / BATCH;
      if (round >= 0) samples[size].push(took * 1000);
    }
  }
  const bulk = await bulkAppend(await sessionOf(0));
  await store.close();
  await rm(home, { recursive: true, force: true });
  const common = { unit: 'µs', baseline: samples.empty, goal: { atMost: 1.1 } };
  return [
    { id: 'P10', what: 'append to a session of 3 500 events', ours: samples.small, ...common },
    { id: 'P10', what: 'append to a session of 100 000 events', ours: samples.large, ...common },
    {
      id: 'P10',
      what: '3 500 appends',
      unit: 'ms',
      ours: [bulk.ms],
      baseline: [350],
      goal: { atMost: 1 },
      note: bulk.note,
    },
  ];
}

async function append(session: Session, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    session.append({ type: 'notice', level: 'info', text: `event ${index} of a session that has many` });
  }
  await session.flush();
}

async function bulkAppend(session: Session): Promise<{ ms: number; note: string }> {
  const lag = monitorEventLoopDelay({ resolution: 1 });
  const file = join(session.folder, 'events.jsonl');
  const before = (await stat(file)).size;
  let bytes = 0;
  using _counting = session.subscribe((event) => {
    bytes += JSON.stringify(event).length + 1;
  });
  lag.enable();
  const ms = await timed(async () => {
    for (let index = 0; index < 3_500; index += 1) {
      session.append({ type: 'notice', level: 'info', text: `event ${index}` });
      if (index % 50 === 49) await new Promise((resolve) => setImmediate(resolve));
    }
    await session.flush();
  });
  lag.disable();
  const written = (await stat(file)).size - before;
  return {
    ms,
    note: `${(written / bytes).toFixed(2)} × the bytes; loop lag p99 ${(lag.percentile(99) / 1e6).toFixed(1)} ms`,
  };
}
