/**
 * How build outputs reach the disk: whole or not at all, and only when they changed, because a service may be
 * starting from the same file at this moment.
 */
import fs from 'node:fs';
import path from 'node:path';

/** An esbuild plugin for builds with `write: false`. */
export function writeChanged() {
  return {
    name: 'write-changed',
    /** @param {import('esbuild').PluginBuild} build */
    setup(build) {
      build.onEnd(({ outputFiles = [] }) => {
        for (const { path: file, contents } of outputFiles) writeIfChanged(file, contents);
      });
    },
  };
}

/**
 * Deletes files of earlier builds, such as chunks with an old hash.
 * @param {string} dist the output folder
 * @param {string[]} written what this build wrote, relative to the folder above `dist`
 */
export function removeStale(dist, written) {
  const kept = new Set(written.map((file) => path.resolve(dist, '..', file)));
  kept.add(path.join(dist, 'manifests.json'));
  for (const entry of fs.readdirSync(dist, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile() && !kept.has(file)) fs.rmSync(file, { force: true });
  }
}

/**
 * @param {string} file
 * @param {Uint8Array} contents
 */
function writeIfChanged(file, contents) {
  if (fs.existsSync(file) && fs.readFileSync(file).equals(contents)) return;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}.tmp`;
  fs.writeFileSync(unfinished, contents, { mode: path.basename(file) === 'cli.js' ? 0o755 : 0o644 });
  fs.renameSync(unfinished, file);
}
