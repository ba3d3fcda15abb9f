/**
 * Describes each built-in service once, after the build, and writes `dist/manifests.json` (sha256 of the
 * bundle → manifest), so that the first turn need not start a service to learn what it offers.
 */
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SourceHashes } from '../src/host/source-hashes.ts';
import { createSpawner } from '../src/host/spawner.ts';

const dist = join(import.meta.dirname, '..', 'dist');
const folder = join(dist, 'services');
const spawner = createSpawner({ describeMs: 30_000 });

const hashes = new SourceHashes();
const manifests: Record<string, unknown> = {};
for (const file of (await readdir(folder)).filter((name) => name.endsWith('.js')).sort()) {
  const entry = join(folder, file);
  const link = spawner.start(
    { name: file, isolation: 'thread', entry, env: {}, config: {}, origin: 'built-in' },
    {
      onRequest: async (method) => {
        throw new Error(`${file} asked for ${method} while it was described.`);
      },
      onNotification: () => undefined,
      onLog: (text) => console.error(`${file}: ${text}`),
    },
  );
  manifests[(await hashes.ofFile(entry))!] = await link.call(
    'describe',
    {},
    { timeoutMs: spawner.times.describeMs },
  );
  await link.stop();
}
await writeFile(join(dist, 'manifests.json'), `${JSON.stringify(manifests, null, 1)}\n`);
