/** The provider's configuration. */
import * as z from 'zod/mini';

export const ReplayConfig = z.object({
  /** A script (`.yaml`, `.yml`, `.json`) or a recording (`.jsonl`). Without one the provider only says what it is. */
  script: z.optional(z.string().check(z.minLength(1))),
  /** No waiting, for tests. */
  instant: z._default(z.boolean(), false),
  /** How fast text comes; a script may say otherwise. A word counts as a token. */
  tokens_per_second: z._default(z.number().check(z.positive()), 50),
});
export type ReplayConfig = z.infer<typeof ReplayConfig>;
