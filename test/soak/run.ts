/**
 * `npm run soak`: turns in a row with services killed in the middle of their calls, then a verdict. `--turns=500`,
 * `--seconds=60` (whichever comes first), `--seed=1`. The level `soak` of `npm test` is a short form of it (P17).
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Host } from '../../src/host/host.ts';
import { Message, messageText } from '../../src/protocol/data.ts';
import type { Session } from '../../src/session/session.ts';
import { openBenchHost } from '../bench/bench-host.ts';
import { growth, type Holdings, holdings, leaks, threadCount } from './leaks.ts';
import { planOf, randomOf } from './plan.ts';
import { runTurn } from './turn.ts';

const MIB = 1024 * 1024;
/** Then the session is closed, compared with what was shown, and what is held is counted. */
const TURNS_IN_A_SESSION = 5;
const MOST_GROWTH = 5 * MIB;

const { values } = parseArgs({
  options: {
    turns: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '3600' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    result: { type: 'string' },
  },
});
const [turns, seconds, seed] = [values.turns, values.seconds, values.seed].map(Number) as [
  number,
  number,
  number,
];

const faults: string[] = [];
const warnings: string[] = [];
process.on('warning', ({ name, message }) => warnings.push(`${name}: ${message}`));
process.on('unhandledRejection', (reason) => faults.push(`unhandled rejection: ${String(reason)}`));
process.on('uncaughtException', (error) => faults.push(`uncaught: ${error.stack}`));

console.log(`Soak with --seed=${seed}: ${turns} turns or ${seconds} s`);
// The first file read starts the platform's own pool of threads.
await fs.promises.stat('.');
const before = holdings();
const { done, crashes, acknowledged, lost, samples } = await soak();
const after = await atRest(before);

const [first, last] = [samples[0], samples.at(-1)];
const grown = growth(samples.map(({ heap }) => heap));
report([
  [`${done} turns ended as planned, with ${crashes} services ended in the middle of calls`, faults],
  [`${acknowledged} prompts and answers that were shown are in the transcripts`, lost],
  ['the platform had no warning', warnings],
  ['no turn leaves anything behind', first && last ? leaks(first, last, 3) : ['too few turns to tell']],
  ['the closed host leaves nothing behind', leaks(before, after, 2)],
  [`the heap grew by ${(grown / MIB).toFixed(2)} MiB`, grown > MOST_GROWTH ? ['more than 5 MiB'] : []],
]);

async function soak() {
  const until = Date.now() + seconds * 1_000;
  const random = randomOf(seed);
  const folder = bundleServices();
  const entry = (name: string) => path.join(folder, `${name}.mjs`);
  await using bench = await openBenchHost({
    services: {
      'soak-provider': { entry: entry('soak-provider') },
      'soak-thread': { entry: entry('soak-tools') },
      'soak-process': { command: [process.execPath, entry('soak-tools'), 'process'] },
    },
  });
  const total = { done: 0, crashes: 0, acknowledged: 0, lost: [] as string[], samples: [] as Holdings[] };
  let session: Session | undefined;
  let shown: string[] = [];
  while (total.done < turns && Date.now() < until) {
    session ??= await bench.host.sessions.create({ cwd: bench.cwd, agent: 'build' });
    const report = await runTurn(bench.host, session, planOf(total.done, random));
    total.done += 1;
    total.crashes += report.crashes;
    faults.push(...report.faults);
    shown.push(...report.acknowledged);
    const isFull = total.done % TURNS_IN_A_SESSION === 0;
    if (isFull || total.done === turns || Date.now() >= until) {
      total.acknowledged += shown.length;
      total.lost.push(...(await closeAndCompare(bench.host, session, shown)));
      [session, shown] = [undefined, []];
    }
    if (isFull) {
      await untilQuiet();
      total.samples.push(holdings());
      const { heap, descriptors, threads, processes } = total.samples.at(-1)!;
      console.log(
        `${total.done} turns, ${total.crashes} ended services: heap ${(heap / MIB).toFixed(1)} MiB, ${descriptors} descriptors, ${threads} threads, ${processes.length} processes, ${faults.length} faults`,
      );
    }
  }
  fs.rmSync(folder, { recursive: true, force: true });
  return total;
}

/** What was shown and is not in the transcript, in order; and lines that are none. */
async function closeAndCompare(host: Host, session: Session, shown: readonly string[]): Promise<string[]> {
  await untilQuiet();
  while (host.isRunning(session.id)) await wait(20);
  await session.close();
  const text = fs.readFileSync(path.join(session.folder, 'transcript.jsonl'), 'utf8');
  const found: string[] = text.endsWith('\n') ? [] : ['the last line is torn'];
  const contents = text.split('\n').flatMap((line) => {
    if (line === '') return [];
    try {
      return [messageText(Message.parse(JSON.parse(line)))];
    } catch (error) {
      found.push(`a line is no message: ${String(error)}`);
      return [];
    }
  });
  let at = 0;
  for (const each of shown) {
    const place = contents.indexOf(each, at);
    if (place === -1) found.push(`lost: ${each}`);
    else at = place + 1;
  }
  return found;
}

/** As an author would ship them, so that a turn costs what it costs a person. */
function bundleServices(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'patchbay-soak-'));
  const files = ['soak-provider', 'soak-tools'];
  const options = {
    entryPoints: files.map((file) => path.join(import.meta.dirname, 'fixtures', `${file}.ts`)),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  };
  // In a process of its own: esbuild leaves a helper running in the one that loads it.
  const script = `import { build } from 'esbuild'; await build(${JSON.stringify(options)}); process.exit(0);`;
  execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: import.meta.dirname });
  return folder;
}

/** The services of the last turn end, and the spares of the next come up, after the turn has. */
async function untilQuiet(): Promise<void> {
  let [threads, rounds] = [-1, 0];
  while (rounds < 100) {
    const now = threadCount() ?? 0;
    if (now === threads && rounds > 3) return;
    threads = now;
    rounds += 1;
    await wait(100);
  }
}

/** When the closed host holds no more than was held before it, or after a while all the same. */
async function atRest(start: Holdings): Promise<Holdings> {
  for (let round = 0; round < 50 && leaks(start, holdings(), 2).length > 0; round += 1) await wait(100);
  return holdings();
}

function report(verdicts: readonly (readonly [what: string, faults: readonly string[]])[]): void {
  for (const [what, found] of verdicts) {
    console.log(`${found.length === 0 ? 'ok    ' : 'FAILED'} ${what}`);
    for (const fault of found.slice(0, 20)) console.log(`       ${fault}`);
  }
  const failed = verdicts.filter(([, found]) => found.length > 0).length;
  if (values.result) {
    const tests = verdicts.map(([name, found]) => ({
      name,
      outcome: found.length === 0 ? 'passed' : 'failed',
    }));
    fs.mkdirSync(path.dirname(values.result), { recursive: true });
    fs.writeFileSync(values.result, JSON.stringify({ tests }));
  }
  process.exit(failed === 0 ? 0 : 1);
}
