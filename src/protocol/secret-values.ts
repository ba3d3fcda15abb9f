/**
 * Whether a value is a secret, judged by the name it has and by how it looks. Code that only speaks of a secret
 * (`password = readPassword()`, `token: string`) must stay as it is.
 */

/** What stands for a secret without being one: variables, templates, examples, masks. */
export function isPlaceholder(value: string): boolean {
  return (
    /^[[<${%*#@]|\$\{|\{\{|^x{3,}|^\.{3}|^(null|none|nil|true|false|undefined|string|required|optional|changeme|redacted)$/i.test(
      value,
    ) ||
    /(your|my|the|some|fake|dummy|example|sample|test|placeholder|insert|change|current|new|confirm|forgot|reset|enter)[-_. ]?(api|access|secret|token|key|pass|pwd)/i.test(
      value,
    ) ||
    /^(process\.env|os\.|env\.|import\.meta|secrets?\.|config\.|settings\.|this\.|self\.)/.test(value) ||
    /^(.)\1*$/.test(value)
  );
}

/** Made by a machine rather than named by a person: long, of letters and digits, few repeated. */
export function looksRandom(value: string): boolean {
  const digits = value.replace(/\D/g, '').length;
  const letters = value.replace(/[^A-Za-z]/g, '').length;
  const isMixed = value.length >= 20 && digits >= 1 && /[A-Z]/.test(value) && /[a-z]/.test(value);
  return (
    value.length >= 12 &&
    letters >= 2 &&
    (digits >= 2 || isMixed) &&
    new Set(value).size >= 6 &&
    !isPlaceholder(value)
  );
}

/** An assignment found in a text: `name`, `=` or `:` as written with its blanks, and the value. */
export interface Assignment {
  /** The part of the name that speaks of a secret, and what follows it in the name. */
  readonly name: string;
  readonly suffix: string;
  readonly sign: string;
  readonly value: string;
  readonly isQuoted: boolean;
  /** The character behind the value; empty at the end of the text. */
  readonly next: string;
}

/** Ends of names that tell about a secret rather than hold one. */
const ABOUT =
  /(length|min|max|expir\w*|ttl|timeout|policy|hash|type|field|label|hint|reset|url|uri|path|file|count|limit|size|name|id|index|format|env|var|s|ize[rd]?|ization|s?used|rotation|scope|manager|provider|store)$/i;

export function isSecretAssignment({ name, suffix, sign, value, isQuoted, next }: Assignment): boolean {
  if (isPlaceholder(value) || (suffix !== '' && ABOUT.test(suffix))) return false;
  // A call, an index or a member: code.
  if (!isQuoted && /[([{.]/.test(next)) return false;
  if (!/^(pass|pwd)/i.test(name)) return looksRandom(value) && !isExpression(value, isQuoted);
  const hasSign = /[\d!@#$%^&*+=?~]/.test(value);
  if (isQuoted) return hasSign || value.length >= 16;
  if (!hasSign) return false;
  // `password=hunter2` is a setting; `password = user2.name,` is code.
  return !isExpression(value, false) || !/\s/.test(sign) || /^\s?$/.test(next);
}

/** Names joined by dots, as a program refers to a value. */
function isExpression(value: string, isQuoted: boolean): boolean {
  return !isQuoted && /^[A-Za-z_$][\w$]*(\??\.[A-Za-z_$][\w$]*)+!?$/.test(value);
}

/** A field of data whose name says that its value is a secret. */
export function isSecretField(key: string, value: string): boolean {
  if (value.length < 4 || isPlaceholder(value)) return false;
  const plain = key.toLowerCase().replace(/[-_]/g, '');
  if (
    /^(password|passwd|pwd|passphrase|clientsecret|accesstoken|refreshtoken|idtoken|apikey|xapikey|authorization|privatekey|secretkey|secretaccesskey)$/.test(
      plain,
    )
  ) {
    return true;
  }
  return /^(token|secret|auth|cookie|setcookie|accesskey|credentials?)$/.test(plain) && looksRandom(value);
}
