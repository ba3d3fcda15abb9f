/** The shipped prices and the person's own (AT-84). */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { priceTable, tableText } from '../../../scripts/prices.ts';
import { readPriceOverrides, readPriceTable } from '../../../src/definitions/price-files.ts';
import { tableRow } from '../../../src/models/cost.ts';
import { PriceTable } from '../../../src/protocol/prices.ts';
import { createFolder } from '../../builders/folder.ts';

const repository = path.resolve(import.meta.dirname, '..', '..', '..');
const file = path.join(repository, 'agents', 'prices.json');
const day = '2026-11-27';

describe('the shipped table', () => {
  it('is what the script makes of its source', () => {
    expect(fs.readFileSync(file, 'utf8')).toBe(tableText(priceTable()));
  });

  it('has a source, a day, and nothing a schema would refuse', async () => {
    const table = PriceTable.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
    expect(table.source).toContain('genai-prices');
    expect(table.date).toMatch(/^20\d\d-\d\d-\d\d$/);
    expect(await readPriceTable(repository)).toEqual(table);
  });

  it.each([
    ['anthropic', 'claude-sonnet-5-5', { prompt: 2, completion: 10, cache_read: 0.2, cache_write: 2.5 }],
    [
      'anthropic',
      'claude-haiku-4-5-20251001',
      { prompt: 1, completion: 5, cache_read: 0.1, cache_write: 1.25 },
    ],
    ['openai', 'gpt-5.6-terra', { above: { tokens: 271_999 } }],
    ['openai', 'gpt-6.2-sol', { prompt: 2, completion: 10, cache_read: 0.1 }],
    ['gemini', 'gemini-3.8-flash', { prompt: 0.75, completion: 3.75 }],
    ['github-copilot', 'claude-haiku-4.5', { prompt: 1, completion: 5 }],
  ])('knows %s → %s', async (provider, model, row) => {
    expect(
      tableRow(await readPriceTable(repository), { provider, model, baseUrl: undefined, day }),
    ).toMatchObject(row);
  });

  it('names only vendors’ addresses that are expressions, and aliases that lead somewhere', async () => {
    const { vendors } = await readPriceTable(repository);
    for (const { api, models } of Object.values(vendors)) {
      expect(() => new RegExp(api)).not.toThrow();
      for (const rows of Object.values(models)) {
        if (typeof rows === 'string') expect(Array.isArray(models[rows]), rows).toBe(true);
      }
    }
  });

  it('is empty where the product has none, so that prices are unknown', async () => {
    using folder = createFolder();
    expect((await readPriceTable(folder.path)).vendors).toEqual({});
  });
});

describe('the person’s prices', () => {
  it('are read from prices.yaml; a fault is told with its line', async () => {
    using folder = createFolder();
    expect(await readPriceOverrides(folder.path)).toEqual({ value: undefined, diagnostics: [] });
    folder.write('prices.yaml', 'openai:\n  "gpt-*": { per_1k: { prompt: 0.001, completion: 0.002 } }\n');
    expect((await readPriceOverrides(folder.path)).value).toEqual({
      openai: { 'gpt-*': { per_1k: { prompt: 0.001, completion: 0.002 } } },
    });
    folder.write('prices.yaml', 'openai:\n  gpt-5: { per_1m: { prompt: cheap, completion: 1 } }\n');
    const { diagnostics } = await readPriceOverrides(folder.path);
    expect(diagnostics).toMatchObject([{ file: folder.at('prices.yaml'), line: 2 }]);
  });
});
