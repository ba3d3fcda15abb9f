/**
 * What VS Code calls inside the extension host (`extensionTestsPath`): runs the tests beside it with mocha and
 * writes a result file at the end. Only that file counts: when the host dies, VS Code reports success.
 */
import fs from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';
import type { SuiteResult, TestResult } from '../suite-result.ts';

const TEST_LIMIT_MS = 20_000;

/** @throws Error when a test failed, so that VS Code's own exit code is right too */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: TEST_LIMIT_MS, reporter: 'spec', color: false });
  const folder = import.meta.dirname;
  const files = fs.readdirSync(folder).filter((name) => name.endsWith('.test.mjs'));
  for (const name of files) mocha.addFile(path.join(folder, name));
  await mocha.loadFilesAsync();
  const tests = await runTests(mocha);
  const resultFile = process.env.PATCHBAY_SUITE_RESULT;
  if (!resultFile) throw new Error('PATCHBAY_SUITE_RESULT does not say where the result goes');
  fs.writeFileSync(resultFile, JSON.stringify({ isComplete: true, tests } satisfies SuiteResult, null, 2));
  const failed = tests.filter(({ outcome }) => outcome === 'failed').length;
  if (failed > 0) throw new Error(`${failed} tests failed`);
}

function runTests(mocha: Mocha): Promise<TestResult[]> {
  const tests: TestResult[] = [];
  return new Promise((resolve) => {
    mocha
      .run(() => resolve(tests))
      .on('pass', (test) =>
        tests.push({ title: test.fullTitle(), outcome: 'passed', ms: test.duration ?? 0 }),
      )
      .on('fail', (test, error) =>
        tests.push({ title: test.fullTitle(), outcome: 'failed', error: describeError(error) }),
      )
      .on('pending', (test) =>
        tests.push({ title: test.fullTitle(), outcome: 'failed', error: 'It was not run.' }),
      );
  });
}

function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
