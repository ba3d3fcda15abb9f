/** Keeps the newest of any number of files, in memory bounded by how many are kept. */

export interface FoundEntry {
  /** As it is shown. */
  readonly path: string;
  readonly type: 'file' | 'dir';
  readonly size: number;
  readonly mtimeMs: number;
}

export class NewestFiles {
  readonly #limit: number;
  #kept: FoundEntry[] = [];
  #total = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many were offered. */
  get total(): number {
    return this.#total;
  }

  add(entry: FoundEntry): void {
    this.#total += 1;
    this.#kept.push(entry);
    if (this.#kept.length >= this.#limit * 2) this.#kept = this.newest();
  }

  /** Newest first; equal times by path. */
  newest(): FoundEntry[] {
    return this.#kept.toSorted(byAge).slice(0, this.#limit);
  }
}

function byAge(a: FoundEntry, b: FoundEntry): number {
  return b.mtimeMs - a.mtimeMs || (a.path < b.path ? -1 : 1);
}
