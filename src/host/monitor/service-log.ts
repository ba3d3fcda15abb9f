/** What a service said lately, by whatever way it said it: lines with their time, bounded in memory. */
import type { SecretMask } from '../../protocol/known-secrets.ts';
import { redactText } from '../../protocol/redact.ts';

const KEEP_CHARACTERS = 64 * 1024;

interface Entry {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly level: string;
  readonly line: string;
}

export class ServiceLog {
  readonly #secrets: SecretMask;
  #entries: Entry[] = [];
  #characters = 0;

  constructor(secrets: SecretMask) {
    this.#secrets = secrets;
  }

  add(line: string, level: string): void {
    this.#entries.push({ at: Date.now(), level, line });
    this.#characters += line.length;
    // Halved at once and not line by line: a flood must not cost more than it says.
    if (this.#characters <= 2 * KEEP_CHARACTERS) return;
    while (this.#characters > KEEP_CHARACTERS && this.#entries.length > 1) this.#dropHalf();
  }

  /** One line each, secrets masked, oldest first. */
  text(): string {
    const lines = this.#entries.map(
      ({ at, level, line }) =>
        `${new Date(at).toISOString()} ${level.padEnd(7)} ${redactText(this.#secrets.mask(line))}\n`,
    );
    return lines.join('');
  }

  #dropHalf(): void {
    this.#entries = this.#entries.slice(Math.ceil(this.#entries.length / 2));
    this.#characters = this.#entries.reduce((sum, { line }) => sum + line.length, 0);
  }
}
