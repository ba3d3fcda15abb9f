/** Secrets are masked, code is left as it is, and no text takes long (RT-51, design §8). */
import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRedactor, redactDeep, redactText } from '../../../src/protocol/redact.ts';

/** Put together here, so that no scanner takes this file for a leak. */
const secrets = {
  aws: `AKIA${'IOSFODNN7ABCDEFG'}`,
  github: `ghp_${'0123456789abcdefghijABCDEFGHIJ012345'}`,
  openai: `sk-proj-${'abc123DEF456ghi789JKL012'}`,
  anthropic: `sk-ant-api03-${'abc_DEF-123ghi456jkl789mno'}`,
  slack: `xoxb-${'123456789012-abcdefABCDEF'}`,
  google: `AIza${'SyA1234567890abcdefghijklmnopqrstuv'}`,
  stripe: `sk_live_${'4eC39HqLyjWDarjtT1zdp7dc'}`,
  npm: `npm_${'abcdefghijABCDEFGHIJ0123456789abcdef'}`,
  jwt: `eyJ${'hbGciOiJIUzI1NiJ9'}.eyJ${'zdWIiOiIxMjM0NTY3ODkwIn0'}.${'dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P'}`,
  key: `-----BEGIN RSA ${'PRIVATE KEY'}-----\nMIIEpAIBAAKCAQEA7bq1\n+/x=\n-----END RSA ${'PRIVATE KEY'}-----`,
};

describe('a secret is masked', () => {
  test.each(Object.entries(secrets))('of a known make: %s', (_, secret) => {
    for (const text of [
      secret,
      `a ${secret} b`,
      `"${secret}"`,
      `x=${secret};`,
      `line\\n${secret}\\n`,
      `(${secret})`,
    ]) {
      expect(redactText(text)).toMatch(/\[REDACTED:/);
      expect(redactText(text)).not.toContain(secret.slice(8, -4));
    }
  });

  test('when a private key is cut off, or is JSON inside JSON', () => {
    const body = 'MIIEpAIBAAKCAQEA7bq1x2y3z4';

    expect(redactText(`-----BEGIN ${'PRIVATE KEY'}-----\n${body}`)).not.toContain(body);
    expect(
      redactText(
        JSON.stringify({
          key: `-----BEGIN ${'PRIVATE KEY'}-----\n${body}\n-----END ${'PRIVATE KEY'}-----\n`,
        }),
      ),
    ).not.toContain(body);
  });

  test.each([
    ['password=hunter2', 'password=[REDACTED:secret]'],
    ['DB_PASSWORD: hunter2', 'DB_PASSWORD: [REDACTED:secret]'],
    ['--password=hunter2 --user=ann', '--password=[REDACTED:secret] --user=ann'],
    ['{"password":"hunter2!"}', '{"password":"[REDACTED:secret]"}'],
    ['{\\"password\\":\\"hunter2!\\"}', '{\\"password\\":\\"[REDACTED:secret]\\"}'],
    ["passwd = 'correct horse4'", "passwd = 'correct horse4'"],
    ["passwd = 'correct-horse4'", "passwd = '[REDACTED:secret]'"],
    ['API_KEY=0f8fad5bd9cb469fa165', 'API_KEY=[REDACTED:secret]'],
    ['?access_token=0f8fad5bd9cb469fa165&x=1', '?access_token=[REDACTED:secret]&x=1'],
    ['secretKey: "0f8fad5bd9cb469fa165"', 'secretKey: "[REDACTED:secret]"'],
    [
      `AWS_SECRET_ACCESS_KEY=${'wJalrXUtnFEMI/K7MDENG/bPxRfiCYABCDEFGHIJ'}`,
      'AWS_SECRET_ACCESS_KEY=[REDACTED:AWS key]',
    ],
    ['Authorization: Bearer abcdef1234567890', 'Authorization: Bearer [REDACTED:authorization]'],
    ['authorization: "Basic dXNlcjpwYXNz"', 'authorization: "Basic [REDACTED:authorization]"'],
    ['https://bob:s3cret@example.com/x', 'https://bob:[REDACTED:password]@example.com/x'],
    ['postgres://app:p%40ss@db:5432/app', 'postgres://app:[REDACTED:password]@db:5432/app'],
  ])('by its name or place: %s', (text, masked) => {
    expect(redactText(text)).toBe(masked);
  });
});

describe('what is no secret stays', () => {
  test.each([
    'token: string;',
    'const password = readPassword();',
    'const { token } = await login(password);',
    'password = config.password2,',
    'max_tokens: 4096, total_tokens=48000',
    'secret: process.env.SECRET_1',
    'Authorization: `Bearer ${' + 'token}`',
    'headers.authorization = "Bearer " + token1',
    '<input type="password" autocomplete="new-password1">',
    'https://${' + 'user}:${' + 'pass}@host',
    'access_token_expires_in: 360000000000',
    'password: "required"',
    'API_KEY=your-api-key-1234567890',
    'PASSWORD=$DB_PASSWORD1',
    'token = tokens[index1]',
    'import { isSecretAssignment2 } from "./secret-values.ts"',
    'sk-toggleable__label-arrow-button',
    '3f2504e0-4f89-11d3-9a0c-0305e82c3301',
    'commit 9fceb02d0ae598e95dc970b74767f19372d61af8',
    'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk',
    'git@github.com:owner/repository.git',
  ])('%s', (text) => {
    expect(redactText(text)).toBe(text);
  });

  test('all of our own source', () => {
    const root = path.resolve(import.meta.dirname, '../../../src');
    const changed = fs
      .readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('secret-values.ts'))
      .filter((file) => {
        const text = fs.readFileSync(path.join(root, file), 'utf8');
        return redactText(text) !== text;
      });

    expect(changed).toEqual([]);
  });
});

describe('in data', () => {
  test('texts are masked wherever they are, and the rest is the very same', () => {
    const untouched = { list: [1, 'a', null], deep: { b: true } };
    const data = { untouched, result: { output: [{ text: `key ${secrets.github}` }] } };

    const masked = redactDeep(data);

    expect(masked).toEqual({ untouched, result: { output: [{ text: 'key [REDACTED:GitHub token]' }] } });
    expect(masked.untouched).toBe(untouched);
    expect(redactDeep(untouched)).toBe(untouched);
  });

  test('fields are masked by their names', () => {
    expect(
      redactDeep({ password: 'simple', apiKey: 'abcd', token: 'text', tokens: 5, client_secret: 'xy12' }),
    ).toEqual({
      password: '[REDACTED:secret]',
      apiKey: '[REDACTED:secret]',
      token: 'text',
      tokens: 5,
      client_secret: '[REDACTED:secret]',
    });
  });

  test('bytes of images are left alone', () => {
    const image = { type: 'image', mime_type: 'image/png', data: `${secrets.aws} ${secrets.github}` };

    expect(redactDeep(image)).toBe(image);
  });
});

describe('the options', () => {
  test('say what was found, add patterns, allow texts, and mask personal data only when asked to', () => {
    const redact = createRedactor({
      patterns: [{ name: 'ticket', pattern: /TICKET-\d+/ }],
      allow: [secrets.github],
      personal: true,
    });

    expect(
      redact(`TICKET-12, TICKET-34, ${secrets.github}, ann@example.com, +49 (30) 1234-567, ${secrets.aws}`),
    ).toEqual({
      value: `[REDACTED:ticket], [REDACTED:ticket], ${secrets.github}, [REDACTED:mail address], [REDACTED:telephone number], [REDACTED:AWS key]`,
      found: ['AWS key', 'mail address', 'telephone number', 'ticket', 'ticket'],
    });
    expect(redactText('ann@example.com, +49 (30) 1234-567')).toBe('ann@example.com, +49 (30) 1234-567');
  });
});

describe('any text', () => {
  const words = fc.constantFrom(
    ...Object.values(secrets),
    'password',
    'token',
    '=',
    ':',
    '"',
    "'",
    ' ',
    '\n',
    '\\n',
    'Bearer ',
    '://',
    '@',
    'a',
    '1',
    'sk-',
    'eyJ',
    '.',
    '-',
    '[REDACTED:',
    ']',
    'authorization',
    'ünï',
  );

  const between = fc.constantFrom(' ', '\n', '\\n', '"', ', ', '=', ': ');

  test('that is masked once is masked for good', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(words, between), { maxLength: 12 }), (parts) => {
        const once = redactText(parts.flat().join(''));

        expect(redactText(once)).toBe(once);
      }),
      { numRuns: 2_000 },
    );
  });

  test('takes time in proportion to its length', () => {
    const units = [
      'a',
      'a ',
      'password=',
      'password: "',
      'eyJ',
      'eyJ-',
      'eyJaaaaaaaaaa.',
      'sk-',
      'bearer ',
      '://a:',
      '://',
      'token=a',
      `-----BEGIN ${'PRIVATE KEY'}-----`,
      '-----BEGIN ',
      'ghp_',
      'awssecret',
      'secret\\\\\\',
      'a@',
      'a@a.',
      '+1 2',
      '\\n',
      'authorization: ',
      'xoxb-',
      '_',
      '-',
      '.',
      '"',
      ' ',
    ];
    const redact = createRedactor({ personal: true });
    for (const unit of units) {
      const began = performance.now();
      redact(unit.repeat(300_000 / unit.length));
      expect(performance.now() - began, JSON.stringify(unit)).toBeLessThan(500);
    }
  });
});
