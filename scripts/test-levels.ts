/** The levels of `npm test`: what each one runs, how long it may take, and how many tests passed and failed in it. */
import fs from 'node:fs';
import path from 'node:path';

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  /** Tests that the machine or the test itself left out; shown, not counted. */
  readonly notRun: number;
}

export interface Level {
  readonly name: string;
  /** Arguments of Node, from the repository's root. */
  readonly command: readonly string[];
  readonly limitMs: number;
  /** Whether it may run at the same time as others of its kind. */
  readonly isCheck: boolean;
  /** The file that only a run that came to its end leaves behind; a check has none, its exit code is its result. */
  readonly resultFile?: string;
  /** Reads the result file's content. */
  readonly count?: (content: string) => Tally;
}

const minutes = 60_000;
/** Where results, logs and pictures of a run are. */
export const resultsFolder = path.resolve(import.meta.dirname, '..', 'test-results');

/** In the order in which they run; later ones take longer. */
export const levels: readonly Level[] = [
  check('build', ['esbuild.mjs'], 2),
  check('typecheck', ['node_modules/typescript/bin/tsc', '-p', '.'], 3),
  check('lint', ['node_modules/@biomejs/biome/bin/biome', 'check'], 2),
  check('imports', importCheck(), 2),
  check('house', ['scripts/check-house.ts'], 1),
  vitest('unit', 3),
  vitest('integration', 14),
  {
    name: 'soak',
    command: [
      '--expose-gc',
      'test/soak/run.ts',
      '--seconds=60',
      `--result=${path.join(resultsFolder, 'soak.json')}`,
    ],
    limitMs: 3 * minutes,
    isCheck: false,
    resultFile: path.join(resultsFolder, 'soak.json'),
    count: countSuite,
  },
  check('editor', ['scripts/editor/prepare.ts'], 5),
  {
    name: 'host',
    command: ['test/e2e/host/run.ts'],
    limitMs: 4 * minutes,
    isCheck: false,
    resultFile: path.join(resultsFolder, 'host.json'),
    count: countSuite,
  },
  vitest('ui', 10),
];

function check(name: string, command: readonly string[], limitMinutes: number): Level {
  return { name, command, limitMs: limitMinutes * minutes, isCheck: true };
}

function importCheck(): string[] {
  const cruiser = 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs';
  return [cruiser, 'src', 'webview', 'scripts', 'test', '--config', '.dependency-cruiser.cjs'];
}

function vitest(project: string, limitMinutes: number): Level {
  const resultFile = path.join(resultsFolder, `${project}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${resultFile}`];
  return {
    name: project,
    command: ['node_modules/vitest/vitest.mjs', 'run', '--project', project, ...reporters],
    limitMs: limitMinutes * minutes,
    isCheck: false,
    resultFile,
    count: countVitest,
  };
}

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/** A file that failed without a failed test, in a hook or while loading, is one failure too. */
function countVitest(content: string): Tally {
  const report = JSON.parse(content) as VitestReport;
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    notRun: report.numPendingTests,
  };
}

function countSuite(content: string): Tally {
  const { tests } = JSON.parse(content) as { tests: readonly { outcome: 'passed' | 'failed' }[] };
  const passed = tests.filter(({ outcome }) => outcome === 'passed').length;
  return { passed, failed: tests.length - passed, notRun: 0 };
}

/**
 * What came of a level that has ended. Whatever ended badly counts as a failure, even when no test says so.
 * @param endedWell whether its process ended with code 0, in time
 */
export function tallyOf(level: Level, endedWell: boolean): Tally {
  const { resultFile, count } = level;
  if (!resultFile || !count) return { passed: endedWell ? 1 : 0, failed: endedWell ? 0 : 1, notRun: 0 };
  if (!fs.existsSync(resultFile)) return { passed: 0, failed: 1, notRun: 0 };
  const tally = count(fs.readFileSync(resultFile, 'utf8'));
  const isSilentFailure = tally.failed === 0 && (!endedWell || tally.passed === 0);
  return isSilentFailure ? { ...tally, failed: 1 } : tally;
}
