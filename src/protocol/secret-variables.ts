/**
 * Which values of variables are secrets, judged by the variable's name and by what the value looks like. A mask in
 * place of an ordinary word would do more harm than it prevents, so a value has to be one that nobody writes by chance.
 */
import type { NamedSecret } from './known-secrets.ts';

/** Parts of a name, as of `OPENAI_API_KEY`. */
const SECRET_PART =
  /^(api|access|private|secret)?(keys?|tokens?|secrets?)$|^passw(or)?ds?$|^pass(phrase|code)?$|^pwd$|^cred(ential)?s?$|^auth(orization)?$|^pat$|^cookies?$/i;
/** A name that ends so tells about a secret. */
const ABOUT_PART =
  /^(ids?|names?|urls?|uris?|paths?|files?|dirs?|folders?|hosts?|ports?|socks?|types?|modes?|methods?|limits?|max|min|counts?|size|length|ttl|timeout|expir\w*|format|version|scopes?|region|env|var)$/i;
/** The folder a shell is in and was in. */
const FOLDERS = ['PWD', 'OLDPWD'];

/** The variable's value, or the password inside of it when it is an address; none when it may be shown. */
export function secretsOf(name: string, value: string): NamedSecret[] {
  const found = [value, ...passwordOf(value)].filter((each, index) =>
    index === 0 ? isSecret(name, each) : isUncommon(each),
  );
  return [...new Set(found)].map((each) => ({ name, value: each }));
}

function isSecret(name: string, value: string): boolean {
  return saysSecret(name) ? isUncommon(value) : isRandom(value);
}

function saysSecret(name: string): boolean {
  if (FOLDERS.includes(name)) return false;
  const parts = name.split(/_|(?<=[a-z0-9])(?=[A-Z])/).filter((part) => part !== '');
  const isAbout = ABOUT_PART.test(parts.at(-1) ?? '') || parts.some((part) => /^public$/i.test(part));
  return !isAbout && parts.some((part) => SECRET_PART.test(part));
}

/** No word, name or number that also stands elsewhere. */
function isUncommon(value: string): boolean {
  if (value.length < 6 || /^(.)\1*$/.test(value)) return false;
  if (/^[\d.,:-]+$/.test(value)) return value.length >= 12;
  if (value.length >= 20) return true;
  // Letters alone, as `postgres` or `test-key`, may be a word.
  return /\d|[^\w\s.-]/.test(value) || (/[a-z]/.test(value) && /[a-z][A-Z]/.test(value));
}

/** Made by a machine: a long run of letters and digits that go to and fro, as no name of a model or host has it. */
function isRandom(value: string): boolean {
  if (value.length < 20 || /\s/.test(value)) return false;
  return value.split(/[^A-Za-z0-9]+/).some((run) => {
    const changes = run.match(/[A-Za-z](?=\d)|\d(?=[A-Za-z])/g)?.length ?? 0;
    return run.length >= 16 && changes >= 4;
  });
}

/** Of an address that has one, as it is written and as it is meant. */
function passwordOf(value: string): string[] {
  const [, written] = /^[a-z][\w+.-]*:\/\/[^/\s:@]*:([^/\s@]+)@/i.exec(value) ?? [];
  if (written === undefined) return [];
  try {
    return [written, decodeURIComponent(written)];
  } catch {
    // A `%` that stands for itself.
    return [written];
  }
}
