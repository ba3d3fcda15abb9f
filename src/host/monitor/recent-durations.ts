/** How long the last calls took: a ring of fixed size, sorted only when somebody asks. */
const KEEP = 256;

export class RecentDurations {
  readonly #ms = new Float64Array(KEEP);
  #count = 0;

  add(ms: number): void {
    this.#ms[this.#count % KEEP] = ms;
    this.#count += 1;
  }

  /** Milliseconds that this share (0 to 1) of the calls stayed within. Empty without calls. */
  percentiles<N extends string>(shares: Readonly<Record<N, number>>): { [K in N]?: number } {
    const known = this.#ms.slice(0, Math.min(this.#count, KEEP)).sort();
    if (known.length === 0) return {};
    const found: { [K in N]?: number } = {};
    for (const name of Object.keys(shares) as N[]) {
      found[name] = known[Math.max(0, Math.ceil(shares[name] * known.length) - 1)];
    }
    return found;
  }
}
