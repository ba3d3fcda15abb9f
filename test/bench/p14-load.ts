/** P14: what an idle window pays: loading and activating the extension, and the sizes of what is shipped. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { FIXTURES } from './bench-host.ts';
import { type Measure, sample } from './measure.ts';

const REPO = join(import.meta.dirname, '..', '..');
const DIST = join(REPO, 'dist');
const KIB = 1024;

interface Loaded {
  readonly loadMs: number;
  readonly rssMb: number;
}

export async function loading(count: number): Promise<Measure[]> {
  const ours: Loaded[] = [];
  const empty: Loaded[] = [];
  await sample(count, 1, async () => {
    ours.push(load(join(DIST, 'extension.js')));
    empty.push(load(join(FIXTURES, 'empty-extension.mjs')));
    return 0;
  });
  const extra = ours.map((each, index) => each.loadMs - empty[index]!.loadMs);
  const memory = ours.map((each, index) => Math.max(0.1, each.rssMb - empty[index]!.rssMb));
  const size = (file: string) => (existsSync(file) ? statSync(file).size / KIB : Number.NaN);
  const web = gzipSync(readFileSync(join(DIST, 'webview', 'main.js'))).length / KIB;
  const goal = { atMost: 1 };
  const vsix = join(REPO, 'patchbay.vsix');
  return [
    {
      id: 'P14',
      what: 'module load and activation beyond an empty extension',
      unit: 'ms',
      ours: extra,
      baseline: [50],
      goal,
    },
    { id: 'P14', what: 'memory beyond an empty extension', unit: 'MB', ours: memory, baseline: [25], goal },
    {
      id: 'P14',
      what: 'main bundle',
      unit: 'KiB',
      ours: [size(join(DIST, 'extension.js'))],
      baseline: [300],
      goal,
    },
    { id: 'P14', what: 'webview entry, compressed', unit: 'KiB', ours: [web], baseline: [150], goal },
    ...(existsSync(vsix)
      ? [{ id: 'P14', what: '.vsix', unit: 'KiB', ours: [size(vsix)], baseline: [5 * KIB], goal }]
      : []),
  ];
}

/** In a process of its own, with a stand-in for the editor's API, as the extension host would. */
function load(file: string): Loaded {
  const output = execFileSync(process.execPath, [join(FIXTURES, 'load-extension.mjs'), file], {
    encoding: 'utf8',
  });
  return JSON.parse(output) as Loaded;
}
