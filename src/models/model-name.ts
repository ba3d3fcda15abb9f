/** Names of models: whether a pattern means one, and which of several is the newest (DL-42). Pure. */

/**
 * The pattern as an expression over whole names, in any case: `*` any text, `?` one character, `[0-9]` and `[!x]`
 * classes. A bracket that is never closed stands for itself. `/` is a character like others.
 */
export function globExpression(pattern: string): RegExp {
  let source = '';
  for (let index = 0; index < pattern.length; index += 1) {
    const character = pattern[index]!;
    if (character === '*') source += '.*';
    else if (character === '?') source += '.';
    else if (character === '[') {
      const end = classEnd(pattern, index);
      source += end === -1 ? '\\[' : classSource(pattern.slice(index + 1, end));
      if (end !== -1) index = end;
    } else source += escaped(character);
  }
  return new RegExp(`^${source.replace(/(\.\*)+/g, '.*')}$`, 'is');
}

export function isGlob(pattern: string): boolean {
  return /[*?]/.test(pattern) || (pattern.includes('[') && classEnd(pattern, pattern.indexOf('[')) !== -1);
}

/** A class has at least one character, which may be `]`. */
function classEnd(pattern: string, start: number): number {
  const first = /[!^]/.test(pattern[start + 1] ?? '') ? start + 2 : start + 1;
  return pattern.indexOf(']', first + 1);
}

function classSource(inner: string): string {
  const isNegated = /^[!^]/.test(inner);
  const members = isNegated ? inner.slice(1) : inner;
  let source = '';
  for (let index = 0; index < members.length; index += 1) {
    const [low, dash, high] = [members[index]!, members[index + 1], members[index + 2]];
    if (dash === '-' && high !== undefined) {
      // A range that runs backwards has nobody in it.
      if (low <= high) source += `${escaped(low)}-${escaped(high)}`;
      index += 2;
    } else source += escaped(low);
  }
  if (source === '') return isNegated ? '.' : '(?!)';
  return `[${isNegated ? '^' : ''}${source}]`;
}

function escaped(character: string): string {
  return /[\\^$.*+?()[\]{}|/-]/.test(character) ? `\\${character}` : character;
}

/** A name in its parts: `claude-opus-4-5-20251101` is version 4.5 of 20251101. */
interface NameParts {
  /** Without date and `latest`, lower case, with `.` and `-` between numbers alike. */
  readonly base: string;
  /** The numbers of the base in order, without sizes such as `70b` or `16k`. */
  readonly version: readonly number[];
  /** 0 the plain name, 1 `latest`, 2 one of a certain day or revision. */
  readonly kind: 0 | 1 | 2;
  /** Greater is later. */
  readonly date: string;
}

/** `2025-08-07`, `20250807`, `09-2025`, `0613`, `001`: days and revisions at the end of a name. */
const DATED = /[-@](20\d{2}-\d{2}-\d{2}|20\d{6}|\d{2}-20\d{2}|(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])|0\d{2})$/;
const SIZE = /^\d+(\.\d+)?(x\d+)?[bkm]$/;

/** The name without the day it was made, in one spelling: equal for an alias and its dated variants. */
export function baseName(name: string): string {
  return partsOf(name).base;
}

/** `claude-opus-4-5-20251101` is one of `claude-opus-4-5`. */
export function isDatedVariant(name: string, plain: string): boolean {
  const [variant, alias] = [partsOf(name), partsOf(plain)];
  return alias.kind === 0 && variant.kind !== 0 && variant.base === alias.base;
}

/** Order of preference: newest version first; a plain name before its variants, an alias before its dated ones. */
export function compareModels(one: string, other: string): number {
  const [a, b] = [partsOf(one), partsOf(other)];
  return (
    compareVersions(b.version, a.version) ||
    a.base.length - b.base.length ||
    compareText(a.base, b.base) ||
    a.kind - b.kind ||
    compareText(b.date, a.date) ||
    compareText(one, other)
  );
}

/** The names a pattern means, best first. */
export function matchModels(pattern: string, names: readonly string[]): string[] {
  const expression = globExpression(pattern);
  return names.filter((name) => expression.test(name)).sort(compareModels);
}

function partsOf(name: string): NameParts {
  const lower = name.toLowerCase();
  const isLatest = /-latest$/.test(lower);
  const undated = isLatest ? lower.slice(0, -'-latest'.length) : lower;
  const dated = isLatest ? null : DATED.exec(undated);
  const base = (dated ? undated.slice(0, dated.index) : undated).replace(/(?<=\d)\.(?=\d)/g, '-');
  return {
    base,
    version: versionOf(base),
    kind: isLatest ? 1 : dated ? 2 : 0,
    date: dated ? sortableDate(dated[1]!) : '',
  };
}

function versionOf(base: string): number[] {
  return base
    .split(/[^a-z0-9]+/)
    .filter((word) => !SIZE.test(word))
    .flatMap((word) => word.match(/\d+/g) ?? [])
    .map(Number);
}

/** `09-2025` by its year first; the others sort as they are. */
function sortableDate(date: string): string {
  const monthFirst = /^(\d{2})-(20\d{2})$/.exec(date);
  return (monthFirst ? `${monthFirst[2]}${monthFirst[1]}` : date).replaceAll('-', '');
}

function compareVersions(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    // A further number is a later version: 5.5 comes after 5.
    const difference = (a[index] ?? -1) - (b[index] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
