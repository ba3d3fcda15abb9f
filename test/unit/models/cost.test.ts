/** What a call cost, and whose price that was (AT-84). */
import { describe, expect, it } from 'vitest';
import { costOf, type PricedCall, type PriceSources, vendorOf } from '../../../src/models/cost.ts';
import type { PriceTable } from '../../../src/protocol/prices.ts';

const table: PriceTable = {
  source: 'test',
  date: '2026-11-27',
  vendors: {
    anthropic: {
      api: 'https://api\\.anthropic\\.com',
      models: {
        'claude-opus-5': [{ prompt: 5, completion: 25, cache_read: 0.5, cache_write: 6.25 }],
        'claude-old-latest': [{ prompt: 8, completion: 24 }],
        'claude-by-another-name': 'claude-opus-5',
      },
    },
    openai: {
      api: 'https://api\\.openai\\.com',
      models: {
        'gpt-6-sol': [
          { prompt: 2, completion: 10, cache_read: 0.2, above: { tokens: 1000, prompt: 4, completion: 15 } },
        ],
        'gpt-dated': [
          { prompt: 10, completion: 40 },
          { prompt: 2, completion: 8, from: '2026-06-01' },
        ],
      },
    },
    openrouter: {
      api: 'https://(api\\.)?openrouter\\.ai',
      models: { 'openai/gpt-6-sol': [{ prompt: 3, completion: 12 }] },
    },
  },
};
const usage = { input_tokens: 1_000_000, output_tokens: 100_000, total_tokens: 1_100_000 };

function cost(call: Partial<PricedCall> = {}, sources: Partial<PriceSources> = {}) {
  return costOf(
    { provider: 'anthropic', model: 'claude-opus-5', usage, day: '2026-11-27', ...call },
    { overrides: {}, listed: undefined, table, ...sources },
  );
}

describe('whose price counts (AT-84)', () => {
  const overrides = { anthropic: { 'claude-opus-5': { per_1m: { prompt: 1, completion: 1 } } } };
  const listed = { per_1m: { prompt: 2, completion: 2 } };

  it('the provider’s word on the call, then the override, then the provider’s list, then the table', () => {
    expect(cost({ reportedUsd: 0.5 }, { overrides, listed })).toEqual({ usd: 0.5, source: 'reported' });
    expect(cost({}, { overrides, listed })).toEqual({ usd: 1.1, source: 'override' });
    expect(cost({}, { listed })).toEqual({ usd: 2.2, source: 'listed' });
    expect(cost()).toEqual({ usd: 7.5, source: 'table' });
  });

  it('nobody’s: then it is unknown, and not free', () => {
    expect(cost({ model: 'claude-opus-9' })).toEqual({ usd: null, source: 'unknown' });
    expect(cost({ provider: 'mine' })).toEqual({ usd: null, source: 'unknown' });
    expect(cost({ model: 'constructor' })).toEqual({ usd: null, source: 'unknown' });
  });
});

describe('an override (AT-84)', () => {
  it('is per thousand or per million', () => {
    const perK = { anthropic: { 'claude-opus-5': { per_1k: { prompt: 0.001, completion: 0.001 } } } };
    expect(cost({}, { overrides: perK }).usd).toBeCloseTo(1.1, 10);
  });

  it('means a provider and a model by name or glob, the exact name first', () => {
    const free = { per_1m: { prompt: 0, completion: 0 } };
    const dear = { per_1m: { prompt: 10, completion: 10 } };
    expect(cost({}, { overrides: { '*': { 'claude-*': free } } })).toEqual({ usd: 0, source: 'override' });
    expect(cost({}, { overrides: { '*': { 'claude-*': free }, anthropic: { '*': dear } } }).usd).toBe(11);
    expect(cost({}, { overrides: { anthropic: { '*': free, 'claude-opus-5': dear } } }).usd).toBe(11);
    expect(cost({}, { overrides: { openai: { '*': free } } }).source).toBe('table');
  });

  it('that leaves out a rate the call needs makes the cost unknown', () => {
    const half = { anthropic: { '*': { per_1m: { prompt: 1 } } } };
    expect(cost({}, { overrides: half })).toEqual({ usd: null, source: 'unknown' });
    const unanswered = { ...usage, output_tokens: 0 };
    expect(cost({ usage: unanswered }, { overrides: half })).toEqual({ usd: 1, source: 'override' });
  });
});

describe('tokens', () => {
  it('from and into the cache have their own rates, and are counted in the input', () => {
    const cached = { ...usage, cache_read_tokens: 600_000, cache_write_tokens: 200_000 };
    // 0.2 × 5 + 0.6 × 0.5 + 0.2 × 6.25 + 0.1 × 25
    expect(cost({ usage: cached }).usd).toBeCloseTo(5.05, 10);
  });

  it('of a cache without a rate of its own cost what others do', () => {
    const cached = { ...usage, cache_read_tokens: 500_000, cache_write_tokens: null };
    expect(cost({ model: 'claude-old', usage: cached }).usd).toBeCloseTo(8 + 2.4, 10);
  });

  it('beyond the threshold make the whole request dearer', () => {
    const call = { provider: 'openai', model: 'gpt-6-sol' };
    const at = { input_tokens: 1000, output_tokens: 1000, total_tokens: 2000 };
    expect(cost({ ...call, usage: at }).usd).toBeCloseTo(0.012, 10);
    expect(cost({ ...call, usage: { ...at, input_tokens: 1001 } }).usd).toBeCloseTo(0.019004, 10);
  });
});

describe('a model of the table', () => {
  it('goes by its aliases, its dated variants and other spellings', () => {
    for (const model of ['claude-opus-5-20260801', 'claude-opus-5-latest', 'claude-by-another-name'])
      expect(cost({ model }).usd, model).toBe(7.5);
    expect(cost({ provider: 'openai', model: 'gpt-6-sol-2026-08-01' }).source).toBe('table');
  });

  it('is not taken for another version of it', () => {
    for (const model of ['claude-opus-5-5', 'claude-opus', 'claude-opus-5-fast'])
      expect(cost({ model }).usd, model).toBeNull();
  });

  it('costs what it did on the day of the call', () => {
    const call = { provider: 'openai', model: 'gpt-dated' };
    expect(cost({ ...call, day: '2026-05-31' }).usd).toBe(14);
    expect(cost({ ...call, day: '2026-06-01' }).usd).toBeCloseTo(2.8, 10);
  });

  it('belongs to whom the address says, as routers and local servers charge their own', () => {
    expect(vendorOf(table, 'openai', undefined)).toBe('openai');
    expect(vendorOf(table, 'openai', 'https://openrouter.ai/api/v1')).toBe('openrouter');
    expect(vendorOf(table, 'openai', 'http://localhost:8000/v1')).toBeUndefined();
    expect(vendorOf(table, 'gemini', undefined)).toBeUndefined();
    const call = { provider: 'openai', model: 'openai/gpt-6-sol', baseUrl: 'https://openrouter.ai/api/v1' };
    expect(cost(call).usd).toBeCloseTo(4.2, 10);
  });
});
