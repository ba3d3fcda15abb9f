/** A host on a throw-away home and folder, with services of the bench's own added by settings. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Settings } from '../../src/definitions/settings-schema.ts';
import { createHost, type Host, type RunOptions } from '../../src/host/host.ts';
import type { SessionEvent } from '../../src/protocol/events.ts';
import { surroundingsOf } from '../builders/surroundings.ts';

const REPO = join(import.meta.dirname, '..', '..');
export const FIXTURES = join(import.meta.dirname, 'fixtures');

export interface BenchHost extends AsyncDisposable {
  readonly host: Host;
  readonly cwd: string;
  /** Runs one prompt in a new session and gives its events. */
  run(prompt: string, options?: Partial<RunOptions>): Promise<SessionEvent[]>;
}

export async function openBenchHost(options: {
  readonly services?: Record<string, { entry: string } | { command: string[] }>;
  readonly environment?: Record<string, string>;
  readonly settings?: Settings;
}): Promise<BenchHost> {
  const root = await mkdtemp(join(tmpdir(), 'patchbay-bench-'));
  const [home, cwd] = [join(root, 'home'), join(root, 'work')];
  await mkdir(home, { recursive: true });
  await mkdir(cwd, { recursive: true });
  await writeFile(
    join(home, 'settings.yaml'),
    JSON.stringify({ ...options.settings, services: options.services ?? {} }),
  );
  const host = createHost(home, {
    consent: 'unheld',
    manifestFile: join(REPO, 'dist', 'manifests.json'),
    surroundings: () =>
      surroundingsOf({
        home,
        productFolder: REPO,
        environment: { PATH: process.env.PATH ?? '', ...options.environment },
      }),
  });
  return {
    host,
    cwd,
    async run(prompt, run = {}) {
      const session = await host.sessions.create({ cwd, agent: 'build' });
      const events: SessionEvent[] = [];
      const base = {
        interactive: false,
        trusted: true,
        overrides: { approvals: { mode: 'allow' as const } },
      };
      for await (const event of host.run(session, prompt, { ...base, ...run })) events.push(event);
      return events;
    },
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]();
      await rm(root, { recursive: true, force: true });
    },
  };
}
