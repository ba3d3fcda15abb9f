/** The linter is set to refuse what the house rules leave to it. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';

const repoRoot = path.resolve(import.meta.dirname, '../../..');

const faulty = `
export function read(value: any): number {
  try {
    JSON.parse(value);
  } catch {}
  return value.length;
}
export default 1;
`;

test('the linter refuses any, swallowed errors and default exports', () => {
  const project = fs.mkdtempSync(path.join(os.tmpdir(), 'patchbay-lint-'));
  try {
    fs.writeFileSync(path.join(project, 'example.ts'), faulty);
    const biome = path.join(repoRoot, 'node_modules/@biomejs/biome/bin/biome');
    const args = ['lint', '--colors=off', `--config-path=${repoRoot}`, '--vcs-enabled=false', 'example.ts'];

    const { status, stderr } = spawnSync(process.execPath, [biome, ...args], {
      cwd: project,
      encoding: 'utf8',
    });

    expect(status).toBe(1);
    for (const rule of ['noExplicitAny', 'noEmptyBlockStatements', 'noDefaultExport']) {
      expect(stderr).toContain(rule);
    }
  } finally {
    fs.rmSync(project, { recursive: true, force: true });
  }
});
