/**
 * What the approval hook says a line runs, against what a real shell runs: a rule for `npm test*` that covers a line
 * must not let anything else run, whatever the line is made of.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pathPlatform } from '../../../src/sdk/path-syntax.ts';
import { decide } from '../../../src/services/hook-approval/decide.ts';

const bash = ['/bin/bash', '/usr/bin/bash', '/usr/local/bin/bash'].find((file) => fs.existsSync(file));

const pieces = [
  'npm test',
  ' npm test',
  'rm',
  'x',
  ' ',
  ' ',
  '\t',
  '\n',
  '\r',
  ';',
  '&',
  '&&',
  '|',
  '||',
  '$(',
  ')',
  '`',
  '"',
  "'",
  '\\',
  '#',
  '{',
  '}',
  '(',
  '<(',
  '${',
  '$',
  '$x',
  '!',
  '~',
  '*',
  '?',
  '[',
  ']',
  '=',
  '-',
  '1',
  '2>&1',
  '>/dev/null',
  '<',
  "$'",
  '$"',
  'eval ',
  'command ',
  'exec ',
  'time ',
  'if ',
  'then ',
  'fi',
  'a=b ',
  '\\\n',
  '\u00a0',
  '\u2003',
  '\v',
];

describe.runIf(bash !== undefined)('a line that the rule `npm test*` covers', () => {
  test('runs nothing else in bash', { timeout: 120_000 }, () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'patchbay-shell-'));
    let covered = 0;
    try {
      fc.assert(
        fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 9 }), (parts) => {
          const line = `npm test${parts.join('')}`;
          if (!isCovered(line, folder)) return;
          covered += 1;
          const { stdout, signal } = runInBash(line, folder);
          const written = fs.readdirSync(folder);
          for (const name of written) fs.rmSync(path.join(folder, name), { recursive: true });

          expect(signal).toBeNull();
          for (const ran of stdout.split('\n').filter(Boolean)) expect(ran).toMatch(/^npm test/);
          expect(written).toEqual([]);
        }),
        { numRuns: 12_000, examples: [[['2>&1', '<(', ')', 'x']]] },
      );
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
    expect(covered).toBeGreaterThan(200);
  });

  test('is not every line: the test would notice', () => {
    const { stdout } = runInBash('npm test; rm x', os.tmpdir());

    expect(stdout).toBe('npm test\nrm\n');
  });
});

function isCovered(command: string, cwd: string): boolean {
  const around = { workspace: cwd, home: '/home/ann', platform: pathPlatform('linux') };
  const policy = {
    rules: [{ tool: 'bash', pattern: 'npm test*', action: 'allow' as const }],
    mode: 'ask' as const,
  };
  const call = { tool: 'bash', input: { command }, agent: 'root', annotations: {}, cwd };
  return decide(call, policy, { allowed: [], denied: [] }, around).kind === 'allow';
}

/** Says on stdout which programs the line runs; none of them really runs. */
function runInBash(line: string, cwd: string) {
  const stubs = `
    npm() { printf 'npm %s\\n' "$1" >&3; }
    command_not_found_handle() { printf '%s\\n' "$1" >&3; }
    exec 3>&1 >/dev/null 2>&1
    eval "$LINE"`;
  return spawnSync(bash!, ['--noprofile', '--norc', '-c', stubs], {
    cwd,
    env: { PATH: path.join(cwd, 'no programs'), LINE: line, LC_ALL: 'C.UTF-8' },
    encoding: 'utf8',
    timeout: 10_000,
    input: '',
  });
}
