/** Prices from disk: the shipped table, and the person's own in `~/.amplifier/prices.yaml` (AT-84). */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PriceOverrides, PriceTable } from '../protocol/prices.ts';
import { readKnownYaml } from './yaml-cache.ts';
import type { ReadResult } from './yaml-file.ts';

export function priceOverridesFile(home: string): string {
  return join(home, 'prices.yaml');
}

export function readPriceOverrides(home: string): Promise<ReadResult<PriceOverrides>> {
  return readKnownYaml(priceOverridesFile(home), PriceOverrides);
}

const tables = new Map<string, Promise<PriceTable>>();

/** Read once: it only changes with the product. Empty where the product has none. */
export function readPriceTable(productFolder: string): Promise<PriceTable> {
  const file = join(productFolder, 'agents', 'prices.json');
  const reading = tables.get(file) ?? load(file);
  tables.set(file, reading);
  return reading;
}

async function load(file: string): Promise<PriceTable> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return parse(text) ?? { source: '', date: '', vendors: {} };
}

/** Without the table prices are unknown, and that is said where it matters. */
function parse(text: string): PriceTable | undefined {
  try {
    return PriceTable.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
