/**
 * `npm run bench`: prints each measure beside the platform's own way to do the same, measured in the same run,
 * and writes `bench-results.json`. `-- --short` takes fewer samples; `-- P2 P4` runs only those.
 */
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { agentFiles } from './agent-files.ts';
import { type Measure, type Row, rowOf } from './measure.ts';
import { turnStart } from './p1-turn-start.ts';
import { toolCalls } from './p2-p3-tool-call.ts';
import { streaming } from './p4-streaming.ts';
import { hookChain } from './p5-hook-chain.ts';
import { faultNotice } from './p6-fault.ts';
import { blastRadius } from './p7-blast-radius.ts';
import { fanOut } from './p8-fan-out.ts';
import { webviewBytes } from './p9-webview-bytes.ts';
import { appending } from './p10-append.ts';
import { listing } from './p13-list.ts';
import { loading } from './p14-load.ts';
import { killedHost } from './p15-p16-killed.ts';

const isShort = process.argv.includes('--short');
const wanted = process.argv.slice(2).filter((argument) => argument.startsWith('P'));

const BENCHES: readonly (readonly [ids: string, run: () => Promise<Measure[]>])[] = [
  ['P1', () => turnStart(isShort ? 5 : 25)],
  ['P2 P3', () => toolCalls(isShort ? 500 : 3_000)],
  ['P4', () => streaming(isShort ? 3 : 20)],
  ['P5', () => hookChain(isShort ? 300 : 2_000)],
  ['P6', () => faultNotice(isShort ? 3 : 20)],
  ['P7', () => blastRadius(isShort ? 2 : 10)],
  ['P8', () => fanOut(isShort ? 3 : 20)],
  ['P9', webviewBytes],
  ['P10', () => appending(isShort ? 5 : 30)],
  ['P13', () => listing(isShort ? 5 : 20)],
  ['P14', () => loading(isShort ? 3 : 20)],
  ['P18', () => agentFiles(isShort ? 5 : 20)],
  ['P15 P16', () => killedHost(isShort ? 3 : 20)],
];

const rows: Row[] = [];
for (const [ids, run] of BENCHES) {
  if (wanted.length > 0 && !wanted.some((id) => ids.split(' ').includes(id))) continue;
  rows.push(...(await run()).map(rowOf));
}
const columns = ['id', 'what', 'ours', 'p95', 'baseline', 'ratio', 'goal', 'met'] as const;
console.table(rows.map((row) => Object.fromEntries(columns.map((column) => [column, row[column]]))));
for (const { id, what, note } of rows) if (note) console.log(`${id} ${what}: ${note}`);
const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version };
await writeFile('bench-results.json', `${JSON.stringify({ machine, rows }, null, 2)}\n`);
