/** Globs over model names and which version is the newest (DL-42). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  baseName,
  compareModels,
  globExpression,
  isDatedVariant,
  isGlob,
  matchModels,
} from '../../../src/models/model-name.ts';

describe('a glob (DL-42)', () => {
  it.each<[string, string, boolean]>([
    ['claude-sonnet-*', 'claude-sonnet-5-5', true],
    ['claude-sonnet-*', 'claude-opus-5', false],
    ['gpt-?.?-mini*', 'gpt-5.4-mini-2026-03-17', true],
    ['gpt-?.?-mini*', 'gpt-5-mini', false],
    ['gpt-[0-9].[0-9]', 'gpt-5.4', true],
    ['gpt-[0-9].[0-9]', 'gpt-x.4', false],
    ['gpt-[!4]*', 'gpt-5', true],
    ['gpt-[!4]*', 'gpt-4o', false],
    ['gpt-[^4]*', 'gpt-4o', false],
    ['o[13]', 'o3', true],
    ['a[]]b', 'a]b', true],
    ['a[b', 'a[b', true],
    ['*', 'anthropic/claude-opus-5.5', true],
    ['anthropic/*', 'anthropic/claude-opus-5.5', true],
    ['CLAUDE-*', 'claude-opus-5', true],
    ['gpt.4', 'gptx4', false],
    ['[z-a]', 'z', false],
    ['**x**', 'axa', true],
  ])('%s on %s: %s', (pattern, name, matches) => {
    expect(globExpression(pattern).test(name)).toBe(matches);
  });

  it('is told from a name', () => {
    expect(['gpt-5', 'a[b', 'gpt-*', 'gpt-?', 'gpt-[45]'].map(isGlob)).toEqual([
      false,
      false,
      true,
      true,
      true,
    ]);
  });

  it('agrees with a plain matcher on any pattern of `*` and `?`', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '-', '.', '*', '?'), maxLength: 8 });
    const name = fc.string({ unit: fc.constantFrom('a', 'b', '-', '.'), maxLength: 8 });
    fc.assert(
      fc.property(text, name, (pattern, subject) => {
        expect(globExpression(pattern).test(subject)).toBe(plainMatch(pattern, subject));
      }),
    );
  });

  it('never throws, whatever is written', () => {
    const pieces = fc.array(
      fc.constantFrom('[', ']', '!', '^', '-', '\\', '/', 'a', 'z', '*', '(', '{', '.'),
    );
    fc.assert(
      fc.property(pieces, fc.string(), (pattern, name) => {
        expect(typeof globExpression(pattern.join('')).test(name)).toBe('boolean');
      }),
    );
  });
});

function plainMatch(pattern: string, name: string): boolean {
  if (pattern === '') return name === '';
  const [head, rest] = [pattern[0]!, pattern.slice(1)];
  if (head === '*') return plainMatch(rest, name) || (name !== '' && plainMatch(pattern, name.slice(1)));
  return name !== '' && (head === '?' || head === name[0]) && plainMatch(rest, name.slice(1));
}

describe('the newest version goes first (DL-42)', () => {
  it.each<[string, string[]]>([
    [
      'numbers count as numbers',
      ['claude-sonnet-10', 'claude-sonnet-5-5', 'claude-sonnet-5', 'claude-sonnet-4-6', 'claude-sonnet-4'],
    ],
    ['points and dashes are alike', ['gpt-6.2-sol', 'gpt-6-1-sol', 'gpt-6-sol', 'gpt-5.6-sol']],
    [
      'a dated variant comes after its alias, the latest day first',
      ['gpt-4o', 'gpt-4o-2024-11-20', 'gpt-4o-2024-08-06', 'gpt-4o-2024-05-13'],
    ],
    [
      'an alias, what is called latest, then the days',
      ['claude-opus-4-5', 'claude-opus-4-5-latest', 'claude-opus-4-5-20251101'],
    ],
    ['a day is no version', ['claude-opus-5', 'claude-opus-4-5-20251101', 'claude-opus-4-1-20250805']],
    [
      'revisions and months are days too',
      ['gemini-2.0-flash', 'gemini-2.0-flash-002', 'gemini-2.0-flash-001'],
    ],
    ['the plain name before its variants', ['gpt-5.6', 'gpt-5.6-pro', 'gpt-5.6-terra-fast']],
    ['sizes are no versions', ['qwen3-coder:30b', 'qwen2.5-coder:72b']],
    ['a newer family wins over an older form of names', ['claude-opus-4', 'claude-3-7-sonnet']],
  ])('%s', (_what, expected) => {
    expect([...expected].reverse().sort(compareModels)).toEqual(expected);
    expect([...expected].sort(compareModels)).toEqual(expected);
  });

  it('is one order, however the names came', () => {
    const part = fc.constantFrom(
      'gpt',
      'claude',
      '4',
      '5.5',
      '10',
      'pro',
      'mini',
      '20250807',
      '2026-01-02',
      'latest',
      '70b',
    );
    const names = fc.uniqueArray(
      fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('-')),
      { minLength: 2, maxLength: 12 },
    );
    fc.assert(
      fc.property(names, (given) => {
        const sorted = [...given].sort(compareModels);
        expect([...given].reverse().sort(compareModels)).toEqual(sorted);
        expect([...sorted].sort()).toEqual([...given].sort());
        for (const [index, name] of sorted.entries()) {
          // Every pair agrees with the whole, so the order has no circles.
          for (const later of sorted.slice(index + 1)) expect(compareModels(name, later)).toBeLessThan(0);
        }
      }),
    );
  });

  it('holds among what a pattern means', () => {
    const names = [
      'claude-haiku-4-5',
      'claude-sonnet-4-6',
      'claude-sonnet-5',
      'claude-sonnet-5-5',
      'gpt-6-sol',
    ];
    expect(matchModels('claude-sonnet-*', names)).toEqual([
      'claude-sonnet-5-5',
      'claude-sonnet-5',
      'claude-sonnet-4-6',
    ]);
    expect(matchModels('gemini-*', names)).toEqual([]);
  });
});

describe('a name without its day', () => {
  it('is one for an alias and its variants', () => {
    const variants = ['gpt-5.4', 'gpt-5-4', 'GPT-5.4-2026-03-05', 'gpt-5.4-latest'];
    expect(new Set(variants.map(baseName))).toEqual(new Set(['gpt-5-4']));
    expect(baseName('gpt-5.4-mini')).not.toBe(baseName('gpt-5.4'));
  });

  it('tells a dated variant from other models', () => {
    expect(isDatedVariant('claude-opus-4-5-20251101', 'claude-opus-4-5')).toBe(true);
    expect(isDatedVariant('claude-opus-4-5-20251101', 'claude-opus-4.5')).toBe(true);
    expect(isDatedVariant('claude-opus-4-5-20251101', 'claude-opus-4')).toBe(false);
    expect(isDatedVariant('claude-opus-4-5', 'claude-opus-4-5')).toBe(false);
    expect(isDatedVariant('claude-opus-4-5', 'claude-opus-4-5-20251101')).toBe(false);
  });
});
