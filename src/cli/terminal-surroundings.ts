/** Where things are and what may be known, as a terminal has it. */
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Surroundings } from '../definitions/compose.ts';
import { createSourceResolver } from '../definitions/sources/resolver.ts';
import { createHost, type Host } from '../host/host.ts';
import type { Consent } from '../host/permissions/admissions.ts';

/** @param environment the process's own; copied, never written. */
export function terminalSurroundings(environment: NodeJS.ProcessEnv): Surroundings {
  const entries = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const home = environment.AMPLIFIER_HOME ?? join(homedir(), '.amplifier');
  const own = Object.freeze(Object.fromEntries(entries));
  return {
    home,
    // This file is bundled into `dist/cli.js`.
    productFolder: dirname(dirname(fileURLToPath(import.meta.url))),
    environment: own,
    ripgrep: undefined,
    node: { command: [execPath], env: {} },
    resolveSource: createSourceResolver({ home, environment: own }),
  };
}

/** @param consent what happens with services the person has not decided about; absent: they are asked. */
export function terminalHost(around: Surroundings, consent?: Consent): Host {
  return createHost(around.home, {
    consent,
    place: 'terminal',
    surroundings: () => around,
    manifestFile: join(around.productFolder, 'dist', 'manifests.json'),
  });
}
