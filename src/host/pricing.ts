/** What model calls cost, from the prices on disk (AT-84). One per host: it tells of an unknown price only once. */
import { foreignAddress } from '../definitions/available-providers.ts';
import type { Composition, Surroundings } from '../definitions/compose.ts';
import { readModelList } from '../definitions/model-lists.ts';
import { priceOverridesFile, readPriceOverrides, readPriceTable } from '../definitions/price-files.ts';
import { type Cost, costOf } from '../models/cost.ts';
import { baseName } from '../models/model-name.ts';
import type { Usage } from '../protocol/data.ts';
import type { EventBody } from '../protocol/events.ts';

export interface AnsweredCall {
  readonly provider: string;
  readonly model: string;
  readonly usage: Usage;
  /** What the answer says of itself; `cost_usd` in it counts as the provider's word. */
  readonly metadata?: Readonly<Record<string, unknown>> | null | undefined;
}

type Notice = Extract<EventBody, { type: 'notice' }>;

export class Pricing {
  readonly #surroundings: () => Surroundings | Promise<Surroundings>;
  readonly #told = new Set<string>();

  constructor(surroundings: () => Surroundings | Promise<Surroundings>) {
    this.#surroundings = surroundings;
  }

  /** Never throws: what cannot be read is not known. */
  async costOf({ settings }: Composition, call: AnsweredCall): Promise<Cost> {
    const { provider, model, usage, metadata } = call;
    const reported = usage.cost_usd ?? metadata?.cost_usd;
    const around = await this.#surroundings();
    const baseUrl = foreignAddress(around.environment, settings, provider);
    const [table, overrides, list] = await Promise.all([
      readPriceTable(around.productFolder),
      readPriceOverrides(around.home),
      readModelList(around.home, provider, baseUrl),
    ]);
    const listed = list?.models.find(({ id }) => id === model || baseName(id) === baseName(model))?.prices;
    return costOf(
      {
        provider,
        model,
        usage,
        baseUrl,
        reportedUsd: typeof reported === 'number' ? reported : undefined,
        day: new Date().toISOString().slice(0, 10),
      },
      { overrides: overrides.value ?? {}, listed, table },
    );
  }

  /** What to say of a call whose cost is unknown; undefined when it was said of its model before. */
  async noticeOf({ provider, model }: AnsweredCall): Promise<Notice | undefined> {
    const name = `${provider} → ${model}`;
    if (this.#told.has(name)) return undefined;
    this.#told.add(name);
    const { home } = await this.#surroundings();
    return {
      type: 'notice',
      level: 'info',
      text: `The price of ${name} is not known, so costs are shown as unknown.`,
      remedy: `Write it into ${priceOverridesFile(home)}.`,
      source: 'prices',
    };
  }
}
