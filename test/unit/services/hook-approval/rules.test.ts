/** Rules: what they match, and which one decides. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ApprovalRule } from '../../../../src/protocol/approvals.ts';
import { matchesWildcard } from '../../../../src/services/hook-approval/wildcard.ts';
import { allowBash, call, kindOf } from './calls.ts';

describe('a pattern over a command', () => {
  test.each([
    ['npm test*', 'npm test', true],
    ['npm test*', 'npm test -- --watch', true],
    ['npm test*', 'npm run test', false],
    ['ls *', 'ls', true],
    ['ls *', 'ls -la', true],
    ['ls *', 'lsof', false],
    ['git ?ush', 'git push', true],
    ['a*b*c', 'axxbxxc', true],
    ['a*b*c', 'axxbxx', false],
    ['\\*', '*', true],
    ['\\*', 'x', false],
    ['', '', true],
    ['*', 'anything', true],
  ])('%j on %j: %s', (pattern, text, expected) => {
    expect(matchesWildcard(pattern, text)).toBe(expected);
  });

  test('is matched in time, however it is made', () => {
    const began = performance.now();
    expect(matchesWildcard(`${'*a'.repeat(200)}b`, 'a'.repeat(5_000))).toBe(false);
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});

describe('of the rules that match', () => {
  const rule = (action: ApprovalRule['action'], more: Partial<ApprovalRule>): ApprovalRule => ({
    action,
    ...more,
  });
  const kinds = (...rules: ApprovalRule[]) => kindOf('npm run build', { rules });

  test('the last of equals decides', () => {
    expect(kinds(allowBash('npm run*'), rule('deny', { tool: 'bash', pattern: 'npm run*' }))).toBe('deny');
    expect(kinds(rule('deny', { tool: 'bash', pattern: 'npm run*' }), allowBash('npm run*'))).toBe('allow');
  });

  test('the more exact one decides wherever it stands: pattern before folder before tool before agent', () => {
    const exact = rule('allow', { pattern: 'npm run build' });
    const longer = rule('deny', { pattern: 'npm run b*' });
    const shorter = rule('allow', { pattern: 'npm*' });
    const folder = rule('deny', { folder: '.' });
    const tool = rule('allow', { tool: 'bash' });
    const toolPattern = rule('deny', { tool: 'b*' });
    const agent = rule('allow', { agent: 'root' });
    const any = rule('deny', {});
    const ascending = [any, agent, toolPattern, tool, folder, shorter, longer, exact];

    for (let kept = 1; kept <= ascending.length; kept++) {
      const rules = ascending.slice(0, kept);
      const expected = rules.at(-1)!.action;
      expect(kinds(...rules)).toBe(expected);
      expect(kinds(...rules.toReversed())).toBe(expected);
    }
  });

  test('only those count that are for the tool, the agent and the folder', () => {
    expect(kinds(rule('deny', { tool: 'write_file' }))).toBe('ask');
    expect(kinds(rule('deny', { agent: 'explorer' }))).toBe('ask');
    expect(kinds(rule('deny', { folder: 'src' }))).toBe('ask');
    expect(
      kindOf(
        { ...call('bash', { command: 'npm run build' }), cwd: '/home/ann/app/src/x' },
        { rules: [rule('deny', { folder: './src/' })] },
      ),
    ).toBe('deny');
  });
});

describe('rules for files', () => {
  const write = (file_path: string) => call('write_file', { file_path, content: '' });

  test('match paths below the workspace, by pattern or by folder', () => {
    const kinds = (rule: Partial<ApprovalRule>, ...paths: string[]) =>
      paths.map((path) => kindOf(write(path), { rules: [{ action: 'allow', ...rule }] }));

    expect(
      kinds({ pattern: 'src/**' }, 'src/a.ts', './src/b/c.ts', '/home/ann/app/src/a.ts', 'test/a.ts'),
    ).toEqual(['allow', 'allow', 'allow', 'ask']);
    expect(kinds({ pattern: '*.md' }, 'README.md', 'docs/a.md', 'a.ts')).toEqual(['allow', 'allow', 'ask']);
    expect(kinds({ folder: 'src' }, 'src/a.ts', 'src/b/c.ts', 'srcs/a.ts', 'src/../a.ts')).toEqual([
      'allow',
      'allow',
      'ask',
      'ask',
    ]);
    expect(kinds({ folder: '.' }, 'a.ts', 'src/a.ts', '../a.ts')).toEqual(['allow', 'allow', 'ask']);
  });

  test('can make reading ask or deny it', () => {
    const read = call('read_file', { file_path: 'src/a.ts' });

    expect(kindOf(read, { rules: [{ tool: 'read_file', action: 'ask' }] })).toBe('ask');
    expect(kindOf(read, { rules: [{ pattern: 'src/**', action: 'deny' }] })).toBe('deny');
  });
});

describe('a rule with wildcards over one command', () => {
  const rules = [allowBash('npm test*')];

  test.each([
    'npm test',
    'npm  test --watch',
    'npm "test"',
    'npm test 2>&1',
    'npm test > /dev/null',
    '(npm test)',
    'npm test; npm test x',
  ])('covers %j', (command) => {
    expect(kindOf(command, { rules })).toBe('allow');
  });

  test.each([
    'npm test; rm -rf /',
    'npm test;rm -rf /',
    'npm test && rm x',
    'npm test || rm x',
    'npm test | rm x',
    'npm test & rm x',
    'npm test\nrm x',
    'npm test $(rm x)',
    'npm test `rm x`',
    'npm test "$(rm x)"',
    'npm test <(rm x)',
    'npm test > package.json',
    'npm test >| package.json',
    'npm test &> package.json',
    'npm test $((`rm x`))',
    'npm test <<X\n$(rm x)\nX',
    'PATH=. npm test',
    './npm test',
    'cd / && npm test',
    'npm test \\\n; rm x',
    'npm test #\nrm x',
    'npm test <(a)# ; rm x',
    'npm test a\r#b; rm x',
    'npm() { rm x; }; npm test',
    'alias npm=rm; npm test',
    'npm test "',
    "npm test $'\\'; rm x; '",
    '{ npm test; rm x; }',
    'if npm test; then rm x; fi',
  ])('does not cover %j', (command) => {
    expect(kindOf(command, { rules })).not.toBe('allow');
  });

  test('never covers another command, whatever is between them', () => {
    const blank = fc.constantFrom('', ' ', '\t', ' \\\n', '  ');
    const separator = fc.constantFrom(';', '&&', '||', '|', '&', '\n', '|&');
    const harmful = fc.constantFrom(
      'rm -rf /',
      'rm x',
      'curl x | sh',
      "r'm' x",
      'r\\m x',
      '"rm" x',
      '$(echo rm) x',
      'X=1 rm x',
    );
    const wrapping = fc.constantFrom(
      (a: string, between: string, b: string) => `${a}${between}${b}`,
      (a: string, between: string, b: string) => `(${a}${between}${b})`,
      (a: string, _: string, b: string) => `${a} $(${b})`,
      (a: string, _: string, b: string) => `${a} "\`${b}\`"`,
      (a: string, between: string, b: string) => `${a} "$(true)"${between}${b}`,
      (a: string, between: string, b: string) => `${a} 'x'#y${between}${b}`,
    );
    fc.assert(
      fc.property(
        fc.tuple(blank, separator, blank),
        harmful,
        wrapping,
        fc.boolean(),
        (between, bad, wrap, isFirst) => {
          const [first, second] = isFirst ? [bad, 'npm test'] : ['npm test', bad];
          const line = wrap(first, between.join(''), second);

          expect(kindOf(line, { rules })).not.toBe('allow');
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('denies a line that holds a denied command anywhere', () => {
    const denied: ApprovalRule[] = [
      { action: 'allow' },
      { tool: 'bash', pattern: 'git push*', action: 'deny' },
    ];

    for (const line of [
      'git push',
      'npm test && git push origin',
      'echo "$(git push)"',
      'for x in a; do git push; done',
    ]) {
      expect(kindOf(line, { rules: denied })).toBe('deny');
    }
  });

  test('that is a whole line allows that line alone', () => {
    const whole = [allowBash('npm run build && npm test')];

    expect(kindOf('npm run build  &&  npm test', { rules: whole })).toBe('allow');
    expect(kindOf('npm run build && npm test && npm start', { rules: whole })).toBe('ask');
    expect(kindOf('npm run build', { rules: whole })).toBe('ask');
  });
});
