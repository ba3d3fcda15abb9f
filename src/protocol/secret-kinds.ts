/**
 * How secrets look: keys of known makes, private keys, tokens in headers and addresses, values of settings that are
 * named like secrets. Every pattern takes time in proportion to the text: no repetition inside a repetition, every
 * run has a longest length, and runs begin only where a word begins.
 */
import { isPlaceholder, isSecretAssignment, looksRandom } from './secret-values.ts';

export interface Kind {
  readonly name: string;
  readonly pattern: RegExp;
  /** A text without any of these has none: saves the search. */
  readonly hints?: readonly string[];
  /** The part of a match that is the secret, undefined when it is none; the whole match when left out. */
  secretIn?(match: RegExpExecArray): string | undefined;
}

/** Where a word begins; also behind an escape such as `\n` in text that is JSON inside JSON. */
const START = String.raw`(?<=^|[^A-Za-z0-9_-]|\\[nrtbf])`;

const make = (name: string, body: string, hints: readonly string[]): Kind => ({
  name,
  pattern: new RegExp(START + body, 'g'),
  hints,
});

export const KINDS: readonly Kind[] = [
  {
    name: 'private key',
    pattern:
      /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:[\w+/=\s\\:,.()<>@]|-(?!----)){16,16384}(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----)?/g,
    hints: ['PRIVATE KEY'],
  },
  {
    name: 'AWS key',
    pattern:
      /aws[\w.-]{0,20}secret[\w.-]{0,30}\\{0,3}["']?\s{0,4}[:=]\s{0,4}\\{0,3}["']?([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])/gi,
    secretIn: ([, value]) => value,
  },
  make('AWS key', '(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])', ['AKIA', 'ASIA', 'ABIA', 'ACCA']),
  make('GitHub token', '(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255})', [
    'ghp_',
    'gho_',
    'ghu_',
    'ghs_',
    'ghr_',
    'github_pat_',
  ]),
  make('GitLab token', '(?:glpat|gldt|glrt|glcbt|glptt)-[A-Za-z0-9_.-]{20,255}', [
    'glpat-',
    'gldt-',
    'glrt-',
    'glcbt-',
    'glptt-',
  ]),
  make('Slack token', '(?:xox[abeoprs]|xapp|xwfp)-[A-Za-z0-9-]{10,255}', ['xox', 'xapp-', 'xwfp-']),
  {
    name: 'Slack address',
    pattern: /hooks\.slack\.com\/(?:services|workflows)\/[A-Za-z0-9/_-]{20,200}/g,
    hints: ['hooks.slack.com'],
  },
  make('API key', '(?:sk|pk|rk)-(?=[A-Za-z_-]{0,60}[0-9])[A-Za-z0-9_-]{20,255}', ['sk-', 'pk-', 'rk-']),
  make('Stripe key', '(?:[sr]k_(?:live|test)|whsec)_[A-Za-z0-9]{16,255}', ['k_live_', 'k_test_', 'whsec_']),
  make(
    'Google key',
    '(?:AIza[A-Za-z0-9_-]{35,60}|ya29\\.[A-Za-z0-9_-]{20,2048}|GOCSPX-[A-Za-z0-9_-]{20,64})',
    ['AIza', 'ya29.', 'GOCSPX-'],
  ),
  make('npm token', 'npm_[A-Za-z0-9]{36,255}', ['npm_']),
  make('PyPI token', 'pypi-[A-Za-z0-9_-]{50,2048}', ['pypi-']),
  make('API key', '(?:hf_|gsk_|xai-|r8_|nvapi-|dop_v1_|doo_v1_|dor_v1_|tvly-|pplx-)[A-Za-z0-9_-]{20,255}', [
    'hf_',
    'gsk_',
    'xai-',
    'r8_',
    'nvapi-',
    'do',
    'tvly-',
    'pplx-',
  ]),
  make('SendGrid key', 'SG\\.[A-Za-z0-9_-]{16,64}\\.[A-Za-z0-9_-]{16,128}', ['SG.']),
  make('web token', 'eyJ[A-Za-z0-9_-]{8,8192}\\.eyJ[A-Za-z0-9_-]{8,8192}(?:\\.[A-Za-z0-9_-]{0,8192})?', [
    'eyJ',
  ]),
  {
    name: 'authorization',
    pattern:
      /\b(?:(authorization["']?\s{0,4}[:=]\s{0,4}["']?(?:bearer|basic|token|digest)\s{1,4})|bearer\s{1,4})([\w.~+/=-]{8,8192})/gi,
    secretIn: ([, header, value = '']) =>
      looksRandom(value) || (header !== undefined && !isPlaceholder(value)) ? value : undefined,
  },
  {
    name: 'password',
    pattern: /:\/\/[^\s:@/'"`<>]{0,100}:([^\s@/'"`<>]{1,200})(?=@)/g,
    hints: ['://'],
    secretIn: ([, value = '']) => (isPlaceholder(value) ? undefined : value),
  },
  {
    name: 'secret',
    pattern:
      /(pass(?:word|wd|phrase)|pwd|secret|token|api[_-]?key|access[_-]?key|account[_-]?key|private[_-]?key|credentials?)([\w.-]{0,30})\\{0,3}["']?(\s{0,4}(?:=>|:=|[:=])\s{0,4})(?:\\{0,3}["'`]([^\s"'`\\]{4,512})(?=\\{0,3}["'`])|([^\s"'`\\,;&|(){}[\]<>]{6,512}))/gi,
    secretIn: (match) => {
      const [whole, name = '', suffix = '', sign = '', quoted, bare = ''] = match;
      const value = quoted ?? bare;
      const next = match.input.charAt(match.index + whole.length);
      return isSecretAssignment({ name, suffix, sign, value, isQuoted: quoted !== undefined, next })
        ? value
        : undefined;
    },
  },
];

export const PERSONAL: readonly Kind[] = [
  {
    name: 'mail address',
    pattern: /(?<![\w.%+-])[\w.%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,6}/g,
    hints: ['@'],
  },
  { name: 'telephone number', pattern: /(?<![\w+])\+\d{1,3}(?:[ .()/-]{0,2}\d){6,14}(?!\d)/g, hints: ['+'] },
];
