/** Prints what each bundle weighs, from esbuild's own record (`node esbuild.mjs --report`). */
import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { repoRoot } from '../node-path.mjs';

const HEAVIEST_INPUTS = 3;

/** @param {import('esbuild').Metafile[]} metafiles */
export function printReport(metafiles) {
  const rows = metafiles.flatMap(({ outputs }) =>
    Object.entries(outputs)
      .filter(([, output]) => output.entryPoint)
      .map(([file]) => describeEntry(file, outputs)),
  );
  console.table(rows);
}

/** One entry point: its own size, what it loads at once, and that compressed. */
function describeEntry(file, outputs) {
  const eager = eagerFiles(file, outputs);
  const bytes = eager.reduce((sum, name) => sum + outputs[name].bytes, 0);
  const zipped = eager.reduce(
    (sum, name) => sum + gzipSync(fs.readFileSync(path.join(repoRoot, name))).length,
    0,
  );
  return {
    entry: file,
    'own KB': kilobytes(outputs[file].bytes),
    'loaded at once KB': kilobytes(bytes),
    'compressed KB': kilobytes(zipped),
    heaviest: heaviestInputs(eager, outputs),
  };
}

/** The entry and everything it imports statically. */
function eagerFiles(entry, outputs) {
  const found = new Set([entry]);
  for (const file of found) {
    const statics = outputs[file].imports.filter(({ kind }) => kind === 'import-statement');
    for (const { path: target } of statics) if (outputs[target]) found.add(target);
  }
  return [...found];
}

function heaviestInputs(files, outputs) {
  const weights = new Map();
  for (const file of files) {
    for (const [input, { bytesInOutput }] of Object.entries(outputs[file].inputs)) {
      const owner = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? path.dirname(input);
      weights.set(owner, (weights.get(owner) ?? 0) + bytesInOutput);
    }
  }
  const sorted = [...weights].sort(([, one], [, other]) => other - one).slice(0, HEAVIEST_INPUTS);
  return sorted.map(([owner, bytes]) => `${owner} ${kilobytes(bytes)}`).join(', ');
}

function kilobytes(bytes) {
  return Math.round(bytes / 102.4) / 10;
}
