/**
 * What a model call cost (AT-84). Whose word counts: the provider's on this very call, the person's override, the
 * provider's price list, the shipped table; otherwise it is unknown. Pure.
 */
import type { Usage } from '../protocol/data.ts';
import type { PriceOverrides, PriceRow, Prices, PriceTable, Rates } from '../protocol/prices.ts';
import { baseName, globExpression, isGlob } from './model-name.ts';

export interface PricedCall {
  readonly provider: string;
  readonly model: string;
  readonly usage: Usage;
  /** US dollars, when the answer itself says so. */
  readonly reportedUsd?: number | undefined;
  /** The address that is asked, when it is not the vendor's own. */
  readonly baseUrl?: string | undefined;
  /** The day of the call, as `2026-11-27`. */
  readonly day: string;
}

export interface PriceSources {
  readonly overrides: PriceOverrides;
  /** From the provider's own list of models. */
  readonly listed: Prices | undefined;
  readonly table: PriceTable;
}

export interface Cost {
  /** Null when nobody knows. */
  readonly usd: number | null;
  readonly source: 'reported' | 'override' | 'listed' | 'table' | 'unknown';
}

export function costOf(call: PricedCall, { overrides, listed, table }: PriceSources): Cost {
  if (call.reportedUsd !== undefined) return { usd: call.reportedUsd, source: 'reported' };
  const override = overridePrices(overrides, call.provider, call.model);
  if (override) return priced(call, perMillion(override), 'override');
  if (listed) return priced(call, perMillion(listed), 'listed');
  const row = tableRow(table, call);
  return row ? priced(call, row, 'table') : { usd: null, source: 'unknown' };
}

/** The exact name first, then the globs in the order of the file. */
export function overridePrices(
  overrides: PriceOverrides,
  provider: string,
  model: string,
): Prices | undefined {
  const found = entriesFor(overrides, provider).flatMap((models) => entriesFor(models, model));
  return found[0];
}

function entriesFor<T>(byName: Readonly<Record<string, T>>, name: string): T[] {
  const exact = Object.hasOwn(byName, name) ? [byName[name]!] : [];
  const globs = Object.entries(byName).filter(
    ([key]) => key !== name && isGlob(key) && globExpression(key).test(name),
  );
  return [...exact, ...globs.map(([, value]) => value)];
}

/** The row that holds on the day; undefined for a model that the table does not have. */
export function tableRow(
  table: PriceTable,
  { provider, model, baseUrl, day }: Pick<PricedCall, 'provider' | 'model' | 'baseUrl' | 'day'>,
): PriceRow | undefined {
  const vendor = vendorOf(table, provider, baseUrl);
  const models = vendor === undefined ? undefined : table.vendors[vendor]?.models;
  if (!models) return undefined;
  const base = baseName(model);
  const id = Object.hasOwn(models, model)
    ? model
    : Object.keys(models).find((each) => baseName(each) === base);
  const found = id === undefined ? undefined : models[id];
  const rows = typeof found === 'string' ? models[found] : found;
  if (!Array.isArray(rows)) return undefined;
  return rows.findLast(({ from }) => from === undefined || from <= day);
}

/** Providers whose vendor has another name in the table. */
const VENDORS: Readonly<Record<string, string>> = { gemini: 'google', copilot: 'github-copilot' };

/** Whose prices hold: by the address where one is given, as a router charges its own; else by the provider. */
export function vendorOf(
  table: PriceTable,
  provider: string,
  baseUrl: string | undefined,
): string | undefined {
  if (baseUrl !== undefined) {
    return Object.entries(table.vendors).find(([, { api }]) => new RegExp(`^(?:${api})`).test(baseUrl))?.[0];
  }
  const vendor = VENDORS[provider] ?? provider;
  return Object.hasOwn(table.vendors, vendor) ? vendor : undefined;
}

function perMillion(prices: Prices): Rates {
  if ('per_1m' in prices) return prices.per_1m;
  return Object.fromEntries(
    Object.entries(prices.per_1k).map(([key, rate]) => [key, rate === undefined ? undefined : rate * 1000]),
  );
}

/** Input tokens count cached ones in, output tokens the thinking. */
function priced({ usage }: PricedCall, row: PriceRow, source: Cost['source']): Cost {
  const { above } = row;
  const rates: Rates = above && usage.input_tokens > above.tokens ? { ...row, ...above } : row;
  const read = usage.cache_read_tokens ?? 0;
  const written = usage.cache_write_tokens ?? 0;
  const fresh = Math.max(0, usage.input_tokens - read - written);
  const { prompt, completion, cache_read = prompt, cache_write = prompt } = rates;
  const parts: readonly (readonly [tokens: number, rate: number | undefined])[] = [
    [fresh, prompt],
    [read, cache_read],
    [written, cache_write],
    [usage.output_tokens, completion],
  ];
  let usd = 0;
  for (const [tokens, rate] of parts) {
    if (tokens === 0) continue;
    if (rate === undefined) return { usd: null, source: 'unknown' };
    usd += (tokens * rate) / 1e6;
  }
  return { usd, source };
}
