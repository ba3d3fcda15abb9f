/**
 * The hook `redaction`: masks secrets in what comes back from tools and providers, before the model, the transcript,
 * the log and later hooks see it. What goes to a tool or a model is left alone: changing that would change the work.
 */
import * as z from 'zod/mini';
import { createRedactor, type Redactor } from '../../protocol/redact.ts';
import { defineHook } from '../../sdk/index.ts';

const Pattern = z.object({
  name: z.string().check(z.describe('What it is called in the mask: [REDACTED:name].')),
  pattern: z
    .string()
    .check(
      z.refine(isRegExp, 'is not a regular expression'),
      z.describe('A regular expression; all that it matches is masked.'),
    ),
});

const Config = z.object({
  patterns: z
    ._default(z.array(Pattern), [])
    .check(z.describe('More secrets than those known by their form.')),
  allow: z
    ._default(z.array(z.string()), [])
    .check(z.describe('Texts that look like secrets and are none, written in full.')),
  personal: z
    ._default(z.boolean(), false)
    .check(z.describe('Mask mail addresses and telephone numbers too.')),
});
type Config = z.infer<typeof Config>;

export function createRedactionHook() {
  const redactors = new WeakMap<Config, Redactor>();
  const redactorOf = (config: Config) => {
    const redactor = redactors.get(config) ?? redactorFrom(config);
    redactors.set(config, redactor);
    return redactor;
  };
  return defineHook<Config>({
    name: 'redaction',
    events: [
      'tool:post',
      'tool:error',
      'provider:error',
      'provider:retry',
      'policy:violation',
      'user:notification',
      'artifact:read',
      'artifact:write',
      'session:start',
      'session:resume',
    ],
    priority: 10,
    // A result that could not be looked through may hold a key: it does not pass by itself.
    onFailure: 'ask',
    config: Config,
    handle(_event, data, { config }) {
      const { value, found } = redactorOf(config)(data);
      if (found.length === 0) return undefined;
      return { action: 'MODIFY', data: value, reason: `masked ${summary(found)}` };
    },
  });
}

function redactorFrom({ patterns, allow, personal }: Config): Redactor {
  const compiled = patterns.map(({ name, pattern }) => ({ name, pattern: new RegExp(pattern, 'g') }));
  return createRedactor({ patterns: compiled, allow, personal });
}

/** For example `2 × GitHub token, password`. */
function summary(found: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of found) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => (count === 1 ? name : `${count} × ${name}`)).join(', ');
}

function isRegExp(pattern: string): boolean {
  try {
    return new RegExp(pattern) !== undefined;
  } catch {
    // That it does not compile is the answer.
    return false;
  }
}
