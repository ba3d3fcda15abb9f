/**
 * A host in a process of its own that runs one turn until it is killed. Prints every event as a line. Its one
 * argument is JSON: see `ChildTurn`.
 */
import path from 'node:path';
import type { Environment } from '../../../src/definitions/environment.ts';
import { createHost, type RunOptions } from '../../../src/host/host.ts';
import { surroundingsOf } from '../../builders/surroundings.ts';

export interface ChildTurn {
  readonly home: string;
  readonly folder: string;
  readonly sessionId: string;
  /** Absent: resume the session. */
  readonly prompt?: string;
  readonly run: RunOptions;
  readonly environment: Environment;
}

const { home, folder, sessionId, prompt, run, environment } = JSON.parse(process.argv[2]!) as ChildTurn;
const productFolder = path.resolve(import.meta.dirname, '..', '..', '..');
const host = createHost(home, {
  consent: 'unheld',
  surroundings: () => surroundingsOf({ home, productFolder, environment }),
  manifestFile: path.join(productFolder, 'dist', 'manifests.json'),
});
const session =
  prompt === undefined
    ? await host.sessions.open(sessionId)
    : await host.sessions.create({ cwd: folder, agent: 'build', sessionId });
const events = prompt === undefined ? host.resume(session, run) : host.run(session, prompt, run);
for await (const event of events) {
  // Only what is on disk already is told: the test may kill this process as soon as it reads it.
  await session.flush();
  console.log(JSON.stringify(event));
}
await host[Symbol.asyncDispose]();
