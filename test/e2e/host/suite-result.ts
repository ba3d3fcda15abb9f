/** The result file of the in-host suite: its form, and judging and printing what came of a run. */
import fs from 'node:fs';
import path from 'node:path';

export type TestResult =
  | { readonly title: string; readonly outcome: 'passed'; readonly ms: number }
  | { readonly title: string; readonly outcome: 'failed'; readonly error: string };

export interface SuiteResult {
  readonly isComplete: true;
  readonly tests: readonly TestResult[];
}

/** Where the result of the last run is, for `npm test` to read. */
export const resultFile = path.resolve(import.meta.dirname, '../../../test-results/host.json');

/** Forgets the result of an earlier run, so that it cannot be taken for this one's. */
export function clearResult(): void {
  fs.mkdirSync(path.dirname(resultFile), { recursive: true });
  fs.rmSync(resultFile, { force: true });
}

/** Prints the run's tests and sets this process' exit code: 0 only when some ran and all of them passed. */
export function reportResult(): void {
  const result = readResult();
  for (const test of result?.tests ?? []) {
    if (test.outcome === 'passed') console.log(`✓ ${test.title} (${test.ms} ms)`);
    else console.log(`✗ ${test.title}\n${test.error.replace(/^/gm, '    ')}`);
  }
  if (!result) console.log('The extension host ended before its tests did: there is no result.');
  process.exitCode = hasPassed() ? 0 : 1;
}

/** Whether the last run came to its end, had tests, and all of them passed. */
export function hasPassed(): boolean {
  const tests = readResult()?.tests ?? [];
  return tests.length > 0 && tests.every(({ outcome }) => outcome === 'passed');
}

/** The last run's result, if it came to its end. */
export function readResult(): SuiteResult | undefined {
  if (!fs.existsSync(resultFile)) return undefined;
  return JSON.parse(fs.readFileSync(resultFile, 'utf8')) as SuiteResult;
}
