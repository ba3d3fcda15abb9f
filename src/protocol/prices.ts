/** What tokens cost, in US dollars (AT-84). */
import * as z from 'zod/mini';

const Rate = z.number().check(z.nonnegative());

/** Per so many tokens. What is left out is not known; without a rate of their own cached tokens cost as `prompt`. */
export const Rates = z.object({
  prompt: z.optional(Rate),
  completion: z.optional(Rate),
  cache_read: z.optional(Rate),
  cache_write: z.optional(Rate),
});
export type Rates = z.infer<typeof Rates>;

const StrictRates = z.strictObject(Rates.shape);

/** As a person or a provider says it: per million tokens or per thousand. */
export const Prices = z.union([
  z.strictObject({ per_1m: StrictRates }),
  z.strictObject({ per_1k: StrictRates }),
]);
export type Prices = z.infer<typeof Prices>;

/** `~/.amplifier/prices.yaml`: provider → model, both a name or a glob → prices. */
export const PriceOverrides = z.record(z.string(), z.record(z.string(), Prices));
export type PriceOverrides = z.infer<typeof PriceOverrides>;

/** Per million tokens, from a day on, and beyond so many input tokens others for the whole request. */
export const PriceRow = z.extend(Rates, {
  /** As `2026-11-27`; absent: always. */
  from: z.optional(z.string()),
  above: z.optional(z.extend(Rates, { tokens: z.number() })),
});
export type PriceRow = z.infer<typeof PriceRow>;

/** `agents/prices.json`, written by `scripts/prices.ts`. */
export const PriceTable = z.object({
  source: z.string(),
  /** The day of the source. */
  date: z.string(),
  vendors: z.record(
    z.string(),
    z.object({
      /** A regular expression: addresses that are this vendor's. */
      api: z.string(),
      /** The rows in time order, or the name of the model whose rows hold. */
      models: z.record(z.string(), z.union([z.string(), z.array(PriceRow)])),
    }),
  ),
});
export type PriceTable = z.infer<typeof PriceTable>;
