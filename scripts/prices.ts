/**
 * Writes agents/prices.json: what models cost, from @pydantic/genai-prices (MIT), which its authors keep up to
 * date, and the few models below that are younger than it. After `npm install` of a newer version:
 * `node scripts/prices.ts`.
 */
import fs from 'node:fs';
import path from 'node:path';
import { findProvider, type ModelInfo, type ModelPrice } from '@pydantic/genai-prices';
import { baseName } from '../src/models/model-name.ts';
import type { PriceRow, PriceTable, Rates } from '../src/protocol/prices.ts';

const repoRoot = path.resolve(import.meta.dirname, '..');

/** The vendors whose APIs our providers speak, under the names the table of the source has for them. */
const VENDORS = [
  'anthropic',
  'openai',
  'google',
  'github-copilot',
  'openrouter',
  'mistral',
  'deepseek',
  'x-ai',
  'groq',
  'cerebras',
  'moonshotai',
  'together',
  'fireworks',
];

/** Not asked by a chat: their prices would only offer them as models. */
const NOT_FOR_CHAT =
  /audio|realtime|transcribe|tts|whisper|embedding|moderation|davinci|curie|babbage|^ada$|image|imagen|veo|live|rerank|guard/;

/** From the vendors' own pages, November 2026: platform.claude.com/docs and developers.openai.com/api/docs/models. */
const YOUNGER: Readonly<Record<string, Readonly<Record<string, PriceRow[]>>>> = {
  anthropic: {
    'claude-sonnet-5-5': [{ prompt: 2, completion: 10, cache_read: 0.2, cache_write: 2.5 }],
  },
  openai: {
    'gpt-6.2-sol': [
      {
        prompt: 2,
        completion: 10,
        cache_read: 0.1,
        cache_write: 2.5,
        above: { tokens: 272_000, prompt: 4, completion: 15, cache_read: 0.2, cache_write: 5 },
      },
    ],
  },
};

const SOURCE = '@pydantic/genai-prices';
/** The day the source and the pages were last looked at. */
const DATE = '2026-11-27';

export function priceTable(): PriceTable {
  const manifest = path.join(repoRoot, 'node_modules', SOURCE, 'package.json');
  const { version } = JSON.parse(fs.readFileSync(manifest, 'utf8')) as { version: string };
  return {
    source: `${SOURCE} ${version} and the vendors' own pages`,
    date: DATE,
    vendors: Object.fromEntries(VENDORS.map((vendor) => [vendor, vendorPrices(vendor)])),
  };
}

function vendorPrices(vendor: string): PriceTable['vendors'][string] {
  const found = findProvider({ providerId: vendor });
  if (!found) throw new Error(`${SOURCE} knows no vendor "${vendor}" any more.`);
  const models: Record<string, PriceRow[] | string> = {};
  for (const model of found.models) {
    if (NOT_FOR_CHAT.test(model.id)) continue;
    const rows = rowsOf(model);
    if (rows.length === 0) continue;
    models[model.id] = rows;
    for (const alias of aliasesOf(model)) models[alias] ??= model.id;
  }
  for (const [id, rows] of Object.entries(YOUNGER[vendor] ?? {})) models[id] ??= rows;
  return { api: found.api_pattern, models };
}

/** Names that are no dated variant or other spelling of the model's own. */
function aliasesOf({ id, match }: ModelInfo): string[] {
  const names = 'or' in match ? match.or.flatMap((each) => ('equals' in each ? [each.equals] : [])) : [];
  return names.filter((name) => baseName(name) !== baseName(id));
}

/** In time order. Prices by the time of day are left out: the plain ones are the dearer. */
function rowsOf({ prices }: ModelInfo): PriceRow[] {
  if (!Array.isArray(prices)) return compact([rowOf(prices)]);
  const rows = prices
    .filter(({ constraint }) => constraint === undefined || 'start_date' in constraint)
    .map(({ constraint, prices: dated }) => {
      const from = constraint && 'start_date' in constraint ? constraint.start_date : undefined;
      return { ...(from !== undefined && { from }), ...rowOf(dated) };
    });
  return compact(rows).sort((a, b) => ((a.from ?? '') < (b.from ?? '') ? -1 : 1));
}

function compact(rows: readonly PriceRow[]): PriceRow[] {
  return rows.filter((row) => row.prompt !== undefined && row.completion !== undefined);
}

const FIELDS = {
  prompt: 'input_mtok',
  completion: 'output_mtok',
  cache_read: 'cache_read_mtok',
  cache_write: 'cache_write_mtok',
} as const satisfies Record<keyof Rates, string>;

function rowOf(price: ModelPrice): PriceRow {
  const row: PriceRow = {};
  const above: Rates & { tokens?: number } = {};
  for (const [ours, theirs] of Object.entries(FIELDS) as [keyof Rates, string][]) {
    const value = price[theirs];
    if (value === undefined) continue;
    if (typeof value === 'number') row[ours] = value;
    else {
      row[ours] = value.base;
      const [tier] = value.tiers;
      if (!tier) continue;
      above.tokens = tier.start;
      above[ours] = tier.price;
    }
  }
  const { tokens } = above;
  return tokens === undefined ? row : { ...row, above: { ...above, tokens } };
}

/** One model a line, so that a change of price is a line of a diff. */
export function tableText({ source, date, vendors }: PriceTable): string {
  const parts = Object.entries(vendors).map(([vendor, { api, models }]) => {
    const lines = Object.entries(models)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, rows]) => `    ${JSON.stringify(id)}: ${JSON.stringify(rows)}`);
    return `  ${JSON.stringify(vendor)}: {"api": ${JSON.stringify(api)}, "models": {\n${lines.join(',\n')}\n  }}`;
  });
  const head = `"source": ${JSON.stringify(source)},\n"date": ${JSON.stringify(date)},`;
  return `{\n${head}\n"vendors": {\n${parts.join(',\n')}\n}\n}\n`;
}

if (import.meta.main) {
  const file = path.join(repoRoot, 'agents', 'prices.json');
  fs.writeFileSync(file, tableText(priceTable()));
  console.log(`${file}: ${fs.statSync(file).size} bytes`);
}
