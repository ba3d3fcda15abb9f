/** Secrets that are known by value, and which values of variables are such (RT-51, AT-40, design §8). */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KnownSecrets } from '../../../src/protocol/known-secrets.ts';
import { secretsOf } from '../../../src/protocol/secret-variables.ts';

const isSecret = (name: string, value: string) => secretsOf(name, value).some((each) => each.value === value);

describe('a value of a variable', () => {
  test.each([
    ['OPENAI_API_KEY', 'sk-something'.concat('1')],
    ['DB_PASSWORD', 'hunter2'],
    ['DB_PASS', 'Tr0ub4dor&3'],
    ['githubToken', 'gh-x1y2z3'],
    ['CLIENT_SECRET', '#begins-with-a-sign'],
    ['MAIL_CREDENTIALS', 'correct horse battery staple'],
    ['PLAIN', `a1b2c3d4e5f6a7b8${'c9d0e1f2'}`],
    ['SEED', `Zx81Kq93Lm20${'Pw47Rt55'}`],
  ])('is a secret: %s=%s', (name, value) => expect(isSecret(name, value)).toBe(true));

  test.each([
    ['API_KEY', '1'],
    ['USE_TOKEN', 'true'],
    ['TOKEN', 'eu'],
    ['DB_PASSWORD', 'postgres'],
    ['DB_PASSWORD', '123456'],
    ['API_KEY', 'test-key'],
    ['TOKEN_LIMIT', '100000'],
    ['SECRET_NAME', 'prod/database-1/main'],
    ['KEY_FILE', '/etc/keys/key1.pem'],
    ['PUBLIC_KEY', `a1b2c3d4e5f6a7b8${'c9'}`],
    ['PWD', '/home/someone1/project'],
    ['KEYBOARD', 'us-intl-2'],
    ['MODEL', 'claude-sonnet-4-20250514'],
    ['BASE_URL', 'http://localhost:11434/v1/chat/completions'],
    ['REGION', 'us-east-1'],
    ['DAY', '2026-11-28T05:45:37Z'],
    ['TOKEN', ''],
  ])('is none: %s=%s', (name, value) => expect(secretsOf(name, value)).toEqual([]));

  test('that is an address holds its password, as written and as meant', () => {
    const found = secretsOf('DATABASE_URL', 'postgres://me:p%40ss-w0rd@db.example/main');
    expect(found.map(({ value }) => value)).toEqual(['p%40ss-w0rd', 'p@ss-w0rd']);
  });
});

describe('a known secret is masked', () => {
  const known = new KnownSecrets();
  known.learn([
    { name: 'DB_PASSWORD', value: 'hunter2' },
    { name: 'LONG_KEY', value: 'a"b\\c/d e-0123456789' },
    { name: 'LONGER_KEY', value: 'a"b\\c/d e-0123456789-and-more' },
  ]);

  test('with the name of its variable, in any depth, and the rest stays as it is', () => {
    const value = { out: ['say hunter2!', { deep: 'hunter2' }], n: 1, hunter: null };
    expect(known.mask(value)).toEqual({
      out: ['say [REDACTED:DB_PASSWORD]!', { deep: '[REDACTED:DB_PASSWORD]' }],
      n: 1,
      hunter: null,
    });
    const clean = { out: ['nothing'] };
    expect(known.mask(clean)).toBe(clean);
  });

  test('as it stands in JSON and in an address, the longest first', () => {
    const secret = 'a"b\\c/d e-0123456789';
    for (const text of [
      secret,
      JSON.stringify({ secret }),
      `https://x.example/?k=${encodeURIComponent(secret)}`,
    ]) {
      expect(known.mask(text)).toContain('[REDACTED:LONG_KEY]');
      expect(known.mask(text)).not.toContain('0123456789');
    }
    expect(known.mask(`${secret}-and-more`)).toBe('[REDACTED:LONGER_KEY]');
  });

  test('but a short one not inside of a longer word', () => {
    expect(known.mask('hunter23 hunter2 xhunter2')).toBe('hunter23 [REDACTED:DB_PASSWORD] xhunter2');
  });

  test('nothing is while none is known', () => expect(new KnownSecrets().mask('hunter2')).toBe('hunter2'));

  test('also when it comes in pieces: no piece shows more than what may still be another text', () => {
    const secret = 'abcabcabd-0123456789';
    const streamed = new KnownSecrets();
    streamed.learn([{ name: 'KEY', value: secret }]);
    fc.assert(
      fc.property(
        fc.constantFrom(`x ${secret} y`, `abc${secret}`, `${secret}${secret}`, 'abcabcabc'),
        fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 20 }),
        (text, cuts) => {
          let held = '';
          let shown = '';
          for (let at = 0, index = 0; at < text.length; index += 1) {
            const piece = text.slice(at, at + cuts[index % cuts.length]!);
            at += piece.length;
            const whole = streamed.mask(held + piece);
            const end = whole.length - streamed.unfinished(whole);
            shown += whole.slice(0, end);
            held = whole.slice(end);
            expect(shown).not.toContain('abd-');
          }
          expect(shown + held).toBe(streamed.mask(text));
        },
      ),
    );
  });
});
