/** A fixture service as one file, as services ship: it starts faster than its sources, for tests of many starts. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { afterAll } from 'vitest';
import { FIXTURES } from './links.ts';

/** The path of the bundle, which is there until the test file has finished. */
export async function bundledFixture(file: string): Promise<string> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'patchbay-fixture-'));
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const outfile = path.join(folder, file.replace(/\.ts$/, '.mjs'));
  await esbuild.build({
    entryPoints: [path.join(FIXTURES, file)],
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: {
      js: "import { createRequire as nodeRequire } from 'node:module'; const require = nodeRequire(import.meta.url);",
    },
    outfile,
  });
  return outfile;
}
