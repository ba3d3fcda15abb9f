/** What a model's name says of it: which generation it is of, and so what the API accepts for it. */

export interface ModelFamily {
  /** `opus`, `sonnet`, `haiku`, …; empty when the name does not say. */
  readonly line: string;
  /** 4.6 for `claude-opus-4-6`; Infinity for a Claude without a number, which is taken for a new one. */
  readonly version: number;
}

/** Reads `claude-opus-4-6`, `claude-3-5-haiku-20241022`, `anthropic/claude-sonnet-4.5` and the like. */
export function familyOf(model: string): ModelFamily | undefined {
  const found = /claude-(?:([a-z]+)-?)?(?:(\d+)(?:[-.](\d{1,2})(?!\d))?)?(?:-([a-z]+))?/.exec(model);
  if (!found) return undefined;
  const [, before, major, minor, after] = found;
  const version = major === undefined ? Number.POSITIVE_INFINITY : Number(`${major}.${minor ?? 0}`);
  return { line: before ?? after ?? '', version };
}

export interface ModelLimits {
  /** Tokens. */
  readonly contextWindow: number;
  readonly maxOutput: number;
}

/** For models whose limits the API did not tell; undefined for what is not a Claude. */
export function limitsOf(model: string): ModelLimits | undefined {
  const family = familyOf(model);
  if (!family) return undefined;
  const { line, version } = family;
  if (version >= 4.6) return { contextWindow: 1_000_000, maxOutput: 128_000 };
  if (version >= 4)
    return { contextWindow: 200_000, maxOutput: line === 'opus' && version < 4.5 ? 32_000 : 64_000 };
  return { contextWindow: 200_000, maxOutput: version >= 3.5 ? 8_192 : 4_096 };
}
