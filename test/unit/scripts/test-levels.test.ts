import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Level, levels, tallyOf } from '../../../scripts/test-levels.ts';

const unit = levels.find(({ name }) => name === 'unit')!;
const host = levels.find(({ name }) => name === 'host')!;
const lint = levels.find(({ name }) => name === 'lint')!;

let folder = '';
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'patchbay-levels-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

describe('what came of a level', () => {
  test('a check counts as one test', () => {
    expect(tallyOf(lint, true)).toEqual({ passed: 1, failed: 0, notRun: 0 });
    expect(tallyOf(lint, false)).toEqual({ passed: 0, failed: 1, notRun: 0 });
  });

  test('the tests of a vitest report are counted', () => {
    const level = withResult(unit, report({ passed: 7, failed: 2, pending: 1 }));
    expect(tallyOf(level, false)).toEqual({ passed: 7, failed: 2, notRun: 1 });
  });

  test('a test file that could not be loaded is a failure', () => {
    const level = withResult(
      unit,
      report({ passed: 7, files: [{ status: 'failed', assertionResults: [] }] }),
    );
    expect(tallyOf(level, false)).toEqual({ passed: 7, failed: 1, notRun: 0 });
  });

  test('a level that leaves no result is a failure, whatever its exit code', () => {
    expect(tallyOf(withResult(host, undefined), true)).toEqual({ passed: 0, failed: 1, notRun: 0 });
  });

  test('a level that crashed after its tests passed is a failure', () => {
    expect(tallyOf(withResult(unit, report({ passed: 7 })), false)).toEqual({
      passed: 7,
      failed: 1,
      notRun: 0,
    });
  });

  test('a level without a test is a failure', () => {
    expect(tallyOf(withResult(unit, report({})), true)).toEqual({ passed: 0, failed: 1, notRun: 0 });
  });

  test('the tests of the in-host suite are counted', () => {
    const tests = [{ outcome: 'passed' }, { outcome: 'failed' }, { outcome: 'passed' }];
    const level = withResult(host, { isComplete: true, tests });
    expect(tallyOf(level, false)).toEqual({ passed: 2, failed: 1, notRun: 0 });
  });
});

function withResult(level: Level, content: unknown): Level {
  const resultFile = path.join(folder, `${level.name}.json`);
  if (content !== undefined) fs.writeFileSync(resultFile, JSON.stringify(content));
  return { ...level, resultFile };
}

interface ReportedFile {
  readonly status: string;
  readonly assertionResults: readonly { readonly status: string }[];
}

function report(counts: {
  passed?: number;
  failed?: number;
  pending?: number;
  files?: readonly ReportedFile[];
}) {
  const failedFile = { status: 'failed', assertionResults: [{ status: 'failed' }] };
  return {
    numPassedTests: counts.passed ?? 0,
    numFailedTests: counts.failed ?? 0,
    numPendingTests: counts.pending ?? 0,
    testResults: counts.files ?? (counts.failed ? [failedFile] : []),
  };
}
