/**
 * Reading older or looser spellings of one shape. What comes out is always the shape's own form.
 */
import * as z from 'zod/mini';
import type * as core from 'zod/v4/core';

/**
 * A schema that first repairs spelling with `repair`, then parses. Typed as the strict schema: our own code
 * writes only that form, the looser ones are for reading peers.
 */
export function reading<S extends core.$ZodType>(repair: (value: unknown) => unknown, schema: S): S {
  return z.pipe(z.transform(repair), schema as core.$ZodType<unknown, unknown>) as unknown as S;
}

/** Takes the first of several spellings of one field. */
export function aliased(to: string, ...from: string[]): (value: unknown) => unknown {
  return (value) => {
    if (!isRecord(value) || to in value) return value;
    const found = from.find((name) => name in value);
    if (found === undefined) return value;
    const { [found]: moved, ...rest } = value;
    return { ...rest, [to]: moved };
  };
}

/** Without the fields that say "not set" with a null, as the reference's models do. */
export function withoutNulls(value: unknown): unknown {
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null));
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
