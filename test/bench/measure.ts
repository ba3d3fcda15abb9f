/** Samples, medians and the table of `npm run bench`. */

export interface Measure {
  /** The number in the design's table, e.g. `P2`. */
  readonly id: string;
  readonly what: string;
  readonly unit: string;
  /** Samples of ours and of the platform's own way to do the same, from the same run. */
  readonly ours: readonly number[];
  readonly baseline: readonly number[];
  /** What the ratio of the medians should be: at most, or at least. */
  readonly goal: { readonly atMost: number } | { readonly atLeast: number };
  readonly note?: string;
}

export interface Row {
  readonly id: string;
  readonly what: string;
  readonly ours: string;
  readonly p95: string;
  readonly baseline: string;
  readonly ratio: number;
  readonly goal: string;
  readonly met: boolean;
  readonly note: string | undefined;
}

export function rowOf({ id, what, unit, ours, baseline, goal, note }: Measure): Row {
  const ratio = quantile(ours, 0.5) / quantile(baseline, 0.5);
  const met = 'atMost' in goal ? ratio <= goal.atMost : ratio >= goal.atLeast;
  return {
    id,
    what,
    ours: `${format(quantile(ours, 0.5))} ${unit}`,
    p95: `${format(quantile(ours, 0.95))} ${unit}`,
    baseline: `${format(quantile(baseline, 0.5))} ${unit}`,
    ratio: Number(ratio.toPrecision(3)),
    goal: 'atMost' in goal ? `≤ ${goal.atMost}` : `≥ ${goal.atLeast}`,
    met,
    note,
  };
}

/** @param share in [0, 1]; 0.5 is the median. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** Runs something so many times after a warm-up and gives each run's own measurement. */
export async function sample(count: number, warmUp: number, run: () => Promise<number>): Promise<number[]> {
  for (let index = 0; index < warmUp; index += 1) await run();
  const samples: number[] = [];
  for (let index = 0; index < count; index += 1) samples.push(await run());
  return samples;
}

export async function timed(run: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await run();
  return performance.now() - began;
}

function format(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
