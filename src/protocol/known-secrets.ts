/**
 * Secrets that are known by their value, as their variable was filled in somewhere: whatever they look like, they are
 * masked wherever they turn up (design §8). What is no secret (`1`, `eu`, a name) is left alone: secret-variables.ts.
 */
import { mapTexts } from './map-texts.ts';

export interface NamedSecret {
  /** The variable that holds it; it stands in the mask. */
  readonly name: string;
  readonly value: string;
}

/** What whoever keeps or shows something has to know of secrets. */
export interface SecretMask {
  /** A text, or anything JSON can hold, with each known secret as `[REDACTED:<name>]`; the very same when it has none. */
  mask<T>(value: T): T;
  /** How many characters at the end of a text may be the beginning of a secret whose rest is still to come. */
  unfinished(text: string): number;
}

/** For what nobody's secrets come near. */
export const NO_SECRETS: SecretMask = { mask: (value) => value, unfinished: () => 0 };

/** A shorter one is masked only where it stands alone, not as a part of a longer word. */
const LONG = 12;

export class KnownSecrets implements SecretMask {
  /** Names by value, each in every way it may be written. */
  readonly #names = new Map<string, string>();
  #pattern: RegExp | undefined;

  /** From now on these are masked too. They are never forgotten: what a service was given, it may still say. */
  learn(secrets: readonly NamedSecret[]): void {
    const before = this.#names.size;
    for (const { name, value } of secrets) {
      for (const written of waysToWrite(value)) {
        if (!this.#names.has(written)) this.#names.set(written, name);
      }
    }
    if (this.#names.size > before) this.#pattern = patternOf([...this.#names.keys()]);
  }

  // Bound, as it is handed on.
  readonly mask = <T>(value: T): T => {
    const pattern = this.#pattern;
    if (!pattern) return value;
    return mapTexts(value, (text) =>
      text.replace(pattern, (secret) => `[REDACTED:${this.#names.get(secret)}]`),
    );
  };

  readonly unfinished = (text: string): number => {
    let longest = 0;
    for (const secret of this.#names.keys()) {
      let at = text.length - Math.min(secret.length - 1, text.length);
      // The first place from which the rest of the text is the beginning of this secret.
      for (; at < text.length - longest; at += 1) {
        if (text[at] === secret[0] && secret.startsWith(text.slice(at))) longest = text.length - at;
      }
    }
    return longest;
  };
}

/** As it is, and as it stands in JSON or in an address. */
function waysToWrite(value: string): Set<string> {
  return new Set([value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)]);
}

/** The longest first, so that a part of one is not masked in its place. */
function patternOf(values: readonly string[]): RegExp {
  const parts = values
    .toSorted((one, other) => other.length - one.length)
    .map((value) => {
      const literal = value.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
      return value.length >= LONG ? literal : `(?<![A-Za-z0-9])${literal}(?![A-Za-z0-9])`;
    });
  return new RegExp(parts.join('|'), 'g');
}
