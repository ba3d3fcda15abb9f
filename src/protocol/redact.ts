/**
 * Takes secrets out of what is logged, stored or shown to a model. It errs on the side of leaving code as it is: a
 * mask in a source file that an agent then writes back would do harm.
 */
import { mapTexts } from './map-texts.ts';
import { KINDS, type Kind, PERSONAL } from './secret-kinds.ts';
import { isSecretField } from './secret-values.ts';

export interface RedactOptions {
  /** More secrets by a name and a pattern; the whole match is masked. */
  readonly patterns?: readonly { readonly name: string; readonly pattern: RegExp }[];
  /** Texts that look like secrets and are none, such as a documented example key. */
  readonly allow?: readonly string[];
  /** Mail addresses and telephone numbers too. */
  readonly personal?: boolean;
}

export interface Redacted<T> {
  /** The very same value when nothing was found. */
  readonly value: T;
  /** The kinds of secrets found, one for each. */
  readonly found: readonly string[];
}

export type Redactor = <T>(value: T) => Redacted<T>;

/** A text, or anything JSON can hold; keys of objects are kept. */
export function createRedactor(options: RedactOptions = {}): Redactor {
  const allowed = new Set(options.allow);
  const own = (options.patterns ?? []).map(
    ({ name, pattern }): Kind => ({ name, pattern: globally(pattern) }),
  );
  const kinds = [...KINDS, ...(options.personal ? PERSONAL : []), ...own];
  return (value) => {
    const found: string[] = [];
    const mask: Mask = (name, secret) => {
      if (allowed.has(secret)) return secret;
      found.push(name);
      return `[REDACTED:${name}]`;
    };
    const maskText = (text: string) => kinds.reduce((masked, kind) => maskKind(masked, kind, mask), text);
    const change = (text: string, key?: string) =>
      key !== undefined && isSecretField(key, text) ? mask('secret', text) : maskText(text);
    return { value: mapTexts(value, change), found };
  };
}

const standard = createRedactor();

/** The text with every secret as `[REDACTED:<kind>]`. */
export function redactText(text: string): string {
  return standard(text).value;
}

/** Like `redactText`, for every text inside; the very same value when there is none to mask. */
export function redactDeep<T>(value: T): T {
  return standard(value).value;
}

/** What stands in the secret's place: a mask, or the secret itself when it is allowed. */
type Mask = (name: string, secret: string) => string;

function maskKind(text: string, { name, pattern, hints, secretIn }: Kind, mask: Mask): string {
  if (hints && !hints.some((hint) => text.includes(hint))) return text;
  let masked = '';
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    const secret = secretIn ? secretIn(match) : match[0];
    // A pattern of the person's may match nothing at all.
    if (!secret) continue;
    const start = match.index + match[0].lastIndexOf(secret);
    masked += text.slice(end, start) + mask(name, secret);
    end = start + secret.length;
  }
  return end === 0 ? text : masked + text.slice(end);
}

function globally(pattern: RegExp): RegExp {
  return pattern.global ? pattern : new RegExp(pattern.source, `${pattern.flags}g`);
}
