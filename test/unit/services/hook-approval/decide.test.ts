/** What is asked, in which words, and what becomes of answers. */
import { describe, expect, test } from 'vitest';
import { denialsOf, sessionRuleOf } from '../../../../src/services/hook-approval/decide.ts';
import { allowBash, bash, call, decideOn, kindOf, nothingRemembered, onLinux } from './calls.ts';

describe('by default', () => {
  test.each(['read_file', 'glob', 'grep', 'todo'])('the read-only tool %s never asks', (tool) => {
    expect(decideOn(call(tool, { path: 'src' }))).toEqual({ kind: 'allow' });
  });

  test('a command is asked for in full', () => {
    expect(decideOn('npm test -- upload')).toEqual({
      kind: 'ask',
      prompt: 'Run a command?',
      reason: 'runs a program',
      options: ['Allow once', 'Allow for this session', 'Always allow', 'Deny'],
      rule: { tool: 'bash', pattern: 'npm test*', action: 'allow' },
    });
  });

  test('a change to a file is asked for by its path', () => {
    expect(decideOn(call('edit_file', { file_path: '/home/ann/app/src/a.ts' }))).toMatchObject({
      prompt: 'Edit src/a.ts?',
      reason: 'changes a file',
      rule: { tool: 'edit_file', folder: 'src', action: 'allow' },
    });
    expect(decideOn(call('write_file', { file_path: 'b.ts' }))).toMatchObject({
      prompt: 'Write b.ts?',
      reason: 'writes a file',
      rule: { folder: '.' },
    });
  });

  test('a tool that says nothing of itself asks, one that says it only reads does not', () => {
    expect(decideOn(call('mcp_deploy', { target: 'x' }, { annotations: {} }))).toMatchObject({
      prompt: 'Use mcp_deploy?',
      reason: 'may change something',
      rule: { tool: 'mcp_deploy', action: 'allow' },
    });
    expect(kindOf(call('mcp_search', { q: 'x' }, { annotations: { read_only: true } }))).toBe('allow');
  });

  test('an opaque line is asked for, says what is unclear, and cannot be allowed for good', () => {
    expect(decideOn('$TOOL x')).toMatchObject({
      reason:
        'runs programs that its text does not tell for sure (a program whose name is made up when the command runs)',
      options: ['Allow once', 'Deny'],
    });
  });
});

describe('the suggested rule', () => {
  test.each([
    ['npm test', 'npm test*'],
    ['npm run build -- --watch', 'npm run build*'],
    ['git commit -m "x y"', 'git commit*'],
    ['ls -la', 'ls *'],
    ['pytest tests/a.py', 'pytest *'],
    ['cargo build --release', 'cargo build*'],
    ['docker compose up', 'docker compose up*'],
    ['node script.js a', 'node script.js a'],
    ['rm a.txt', 'rm a.txt'],
    ['rm *.log', 'rm \\*.log'],
    ['curl https://example.com', 'curl https://example.com'],
    ['npm --prefix x test', 'npm --prefix x test'],
    ['npm run build && npm test', 'npm run build && npm test'],
    ['npm test > out.txt', 'npm test > out.txt'],
    ['./ls -la', './ls -la'],
  ])('for %j is %j, and covers it', (command, pattern) => {
    const decision = decideOn(command);

    expect(decision).toMatchObject({ rule: { tool: 'bash', pattern } });
    expect(kindOf(command, { rules: [allowBash(pattern)] })).toBe('allow');
  });
});

describe('the mode', () => {
  test('allow lets everything through but what a rule denies, and notes what would have been asked', () => {
    const given = {
      mode: 'allow' as const,
      rules: [{ tool: 'bash', pattern: 'git push*', action: 'deny' as const }],
    };

    expect(decideOn('rm -rf build', given)).toEqual({ kind: 'allow', noted: 'bash deletes a folder' });
    expect(decideOn(call('read_file', { file_path: 'a' }), given)).toEqual({ kind: 'allow' });
    expect(kindOf('git push', given)).toBe('deny');
  });

  test('deny refuses what would be asked, and nothing else', () => {
    const given = { mode: 'deny' as const, rules: [allowBash('npm test*')] };

    expect(decideOn('ls', given)).toEqual({
      kind: 'deny',
      reason: 'It runs a program, and everything that would be asked is denied (mode "deny").',
    });
    expect(kindOf('npm test', given)).toBe('allow');
    expect(kindOf(call('grep', { pattern: 'x' }), given)).toBe('allow');
  });
});

describe('what the person denied', () => {
  const denied = (command: string, reason?: string) => ({
    allowed: [],
    denied: denialsOf(bash(command), reason, onLinux),
  });

  test('is refused without asking when it is tried again, also rephrased, and the reason is given', () => {
    const memory = denied('npm install left-pad', 'No new packages.');

    for (const again of [
      'npm install left-pad',
      'npm  install "left-pad"',
      'cd . && npm install left-pad',
      'echo $(npm install left-pad)',
    ]) {
      expect(decideOn(again, { memory })).toMatchObject({
        kind: 'deny',
        reason: expect.stringMatching(
          /person denied this before in this session.*They said: No new packages\./,
        ),
      });
    }
    expect(kindOf('npm install other', { memory })).toBe('ask');
    expect(kindOf(call('write_file', { file_path: 'x' }), { memory })).toBe('ask');
  });

  test('in a line of several commands does not deny each of them', () => {
    const memory = denied('npm test && npm publish2');

    expect(kindOf('npm test && npm publish2', { memory })).toBe('deny');
    expect(kindOf('npm test', { memory })).toBe('ask');
  });

  test('counts for a file however its path is written', () => {
    const memory = {
      allowed: [],
      denied: denialsOf(call('edit_file', { file_path: 'src/a.ts' }), undefined, onLinux),
    };

    expect(
      kindOf(call('edit_file', { file_path: '/home/ann/app/./src/x/../a.ts', old_string: 'other' }), {
        memory,
      }),
    ).toBe('deny');
    expect(kindOf(call('edit_file', { file_path: 'src/b.ts' }), { memory })).toBe('ask');
  });

  test('counts more than a rule with wildcards, less than a rule that names it', () => {
    const memory = denied('npm install left-pad');

    expect(kindOf('npm install left-pad', { memory, rules: [allowBash('npm*')] })).toBe('deny');
    expect(kindOf('npm install left-pad', { memory, rules: [allowBash('npm install left-pad')] })).toBe(
      'allow',
    );
  });

  test('is not kept in words: a command may hold a password', () => {
    expect(JSON.stringify(denied('login --password hunter2'))).not.toContain('hunter2');
  });
});

describe('what the person allowed for this session', () => {
  test('is the rule that was suggested', () => {
    const rule = sessionRuleOf(bash('npm test'), onLinux)!;
    const memory = { ...nothingRemembered, allowed: [rule] };

    expect(kindOf('npm test -- --watch', { memory })).toBe('allow');
    expect(kindOf('npm test; rm x', { memory })).toBe('ask');
  });

  test('is nothing when the command is dangerous', () => {
    expect(sessionRuleOf(bash('rm -rf build'), onLinux)).toBeUndefined();
  });
});
