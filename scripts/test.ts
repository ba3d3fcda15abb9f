/**
 * `npm test`: every level, or those named (`npm test -- unit ui`). Prints a line or a short section per level and,
 * last and alone, `N passed, N failed`; the exit code follows. Logs and results are in test-results/.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type BoundedRun, endAllBounded, runBounded } from './bounded-process.ts';
import { type Level, levels, resultsFolder, type Tally, tallyOf } from './test-levels.ts';

const CHECKS_AT_ONCE = 2;
const SHOWN_LOG_LINES = 150;
/** Whatever hangs, the whole run is over by then. */
const TOTAL_LIMIT_MS = 24 * 60_000;

const deadline = Date.now() + TOTAL_LIMIT_MS;
const compileCache = path.join(os.tmpdir(), 'patchbay-compile-cache');
const repoRoot = path.resolve(import.meta.dirname, '..');

process.on('exit', endAllBounded);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));

const tallies = await runLevels(chosenLevels(process.argv.slice(2)));
const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0);
const failed = tallies.reduce((sum, tally) => sum + tally.failed, 0);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

function chosenLevels(names: readonly string[]): readonly Level[] {
  const unknown = names.filter((name) => !levels.some((level) => level.name === name));
  if (unknown.length > 0) {
    console.error(
      `There is no level ${unknown.join(', ')}. Levels: ${levels.map(({ name }) => name).join(' ')}`,
    );
    process.exit(2);
  }
  return names.length === 0 ? levels : levels.filter(({ name }) => names.includes(name));
}

/** Checks run two at a time, everything else alone, because tests measure time. */
async function runLevels(chosen: readonly Level[]): Promise<Tally[]> {
  fs.rmSync(resultsFolder, { recursive: true, force: true });
  fs.mkdirSync(resultsFolder, { recursive: true });
  const tallies: Tally[] = [];
  let waiting = [...chosen];
  while (waiting.length > 0) {
    const checks = waiting.findIndex(({ isCheck }) => !isCheck);
    const together = Math.max(1, Math.min(CHECKS_AT_ONCE, checks === -1 ? waiting.length : checks));
    tallies.push(...(await Promise.all(waiting.slice(0, together).map(runLevel))));
    waiting = waiting.slice(together);
  }
  return tallies;
}

async function runLevel(level: Level): Promise<Tally> {
  const logFile = path.join(resultsFolder, `${level.name}.log`);
  const run = await runBounded(process.execPath, level.command, {
    cwd: repoRoot,
    // Service threads of the tests' own load the SDK's source again and again; this keeps it compiled.
    env: { ...process.env, NO_COLOR: '1', NODE_COMPILE_CACHE: compileCache },
    limitMs: Math.max(0, Math.min(level.limitMs, deadline - Date.now())),
    logFile,
  });
  const endedWell = 'code' in run.outcome && run.outcome.code === 0;
  const tally = tallyOf(level, endedWell);
  console.log(summary(level, run, tally));
  if (tally.failed > 0) console.log(lastLines(logFile));
  return tally;
}

function summary(level: Level, run: BoundedRun, { passed, failed, notRun }: Tally): string {
  const checked = failed === 0 ? 'ok' : 'failed';
  const counted = `${passed} passed, ${failed} failed${notRun > 0 ? `, ${notRun} not run` : ''}`;
  const seconds = `${(run.durationMs / 1_000).toFixed(1)} s`;
  const ending = describeEnding(run);
  return `${level.name.padEnd(12)} ${(level.isCheck ? checked : counted).padEnd(34)} ${seconds.padStart(8)}${ending}`;
}

function describeEnding({ outcome }: BoundedRun): string {
  if ('timedOutAfterMs' in outcome)
    return `  ended at its limit of ${(outcome.timedOutAfterMs / 60_000).toFixed(1)} min`;
  if ('signal' in outcome) return `  ended by ${outcome.signal}`;
  return outcome.code === 0 ? '' : `  exit code ${outcome.code}`;
}

function lastLines(file: string): string {
  const lines = fs.readFileSync(file, 'utf8').trimEnd().split('\n');
  const shown = lines.slice(-SHOWN_LOG_LINES).map((line) => `    ${line}`);
  const left = lines.length - shown.length;
  return [
    ...(left > 0 ? [`    … ${left} lines more in ${path.relative(repoRoot, file)}`] : []),
    ...shown,
  ].join('\n');
}
