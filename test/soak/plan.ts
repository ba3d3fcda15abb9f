/** What each turn of a soak does: random, and the same again for the same seed. */

export interface Plan {
  readonly turn: number;
  readonly calls: readonly { readonly name: string; readonly input: Record<string, unknown> }[];
  readonly answer: string;
  /** The provider dies in its first call. */
  readonly fault?: true;
  /** The process with the waiting call is killed so many milliseconds after it began to wait. */
  readonly killAfterMs?: number;
  /** The person stops the turn so many milliseconds after its first tool began. */
  readonly stopAfterMs?: number;
}

export type Random = () => number;

/** Numbers in [0, 1). Mulberry32: small, and good enough to roll dice. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function planOf(turn: number, random: Random): Plan {
  const below = (limit: number) => Math.floor(random() * limit);
  const work = (index: number) => ({
    name: `${random() < 0.5 ? 'thread' : 'process'}_work`,
    input: { ms: below(20), text: `work ${turn}.${index}` },
  });
  const calls = Array.from({ length: 1 + below(4) }, (_, index) => work(index));
  const plan = { turn, calls, answer: `The answer of turn ${turn}.` };
  const dice = random();
  if (dice < 0.2) {
    return { ...plan, calls: [...calls, { name: 'process_wait', input: {} }], killAfterMs: below(20) };
  }
  if (dice < 0.4) {
    const kind = random() < 0.5 ? 'thread' : 'process';
    const how = random() < 0.5 ? 'exit' : 'throw';
    return { ...plan, calls: [...calls, { name: `${kind}_end`, input: { how } }] };
  }
  if (dice < 0.5) {
    return { ...plan, calls: [...calls, { name: 'thread_wait', input: {} }], stopAfterMs: below(30) };
  }
  return dice < 0.53 ? { ...plan, fault: true } : plan;
}
