/** The sample workspace is what its demonstration needs: one bug, seen by its tests, mended by one exact edit. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';

const sample = path.resolve(import.meta.dirname, '../../../samples/workspace');
const bug = 'attempt < attempts;';
const mended = 'attempt <= attempts;';

test('the tests of the sample fail, and pass after the one edit', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'patchbay-sample-'));
  try {
    fs.cpSync(sample, folder, { recursive: true });
    expect(runTests(folder)).toMatchObject({ failed: 3, passed: 4 });

    const file = path.join(folder, 'src', 'retry.js');
    const source = fs.readFileSync(file, 'utf8');
    expect(source.split(bug)).toHaveLength(2);
    fs.writeFileSync(file, source.replace(bug, mended));

    expect(runTests(folder)).toMatchObject({ failed: 0, passed: 7 });
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
});

function runTests(cwd: string): { passed: number; failed: number } {
  const { stdout } = spawnSync(process.execPath, ['--test', '--test-reporter=tap'], {
    cwd,
    encoding: 'utf8',
  });
  const count = (name: string) => Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(stdout)?.[1]);
  return { passed: count('pass'), failed: count('fail') };
}
