/** `npm run house`: every source file against the house rules; prints what breaks one and exits with 1. */
import fs from 'node:fs';
import path from 'node:path';
import { houseFaults } from './house-rules.ts';

const repoRoot = path.resolve(import.meta.dirname, '..');
const places = ['src', 'webview', 'test', 'scripts', 'esbuild.mjs', 'vitest.config.ts'];
const sources = /\.(?:ts|tsx|mjs|cjs|css)$/;
/** What tests read as data: its form is the point of it. */
const data = /^test\/fixtures\//;

const files = places.flatMap(sourceFiles);
const findings = files.flatMap((file) => {
  const faults = houseFaults(file, fs.readFileSync(path.join(repoRoot, file), 'utf8'));
  return faults.map(({ line, message }) => `${file}:${line}  ${message}`);
});

for (const finding of findings) console.error(finding);
console.log(`${files.length} files checked, ${findings.length} faults`);
process.exitCode = findings.length === 0 ? 0 : 1;

/** The source files at or below a place, from the repository's root, with forward slashes. */
function sourceFiles(place: string): string[] {
  const found = fs.statSync(path.join(repoRoot, place), { throwIfNoEntry: false });
  if (!found || data.test(`${place}/`)) return [];
  if (found.isDirectory()) {
    return fs.readdirSync(path.join(repoRoot, place)).flatMap((name) => sourceFiles(`${place}/${name}`));
  }
  return sources.test(place) ? [place] : [];
}
