/** A profile for tests: in a temporary folder, with a home and an environment of its own. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makeProfile, type Profile, type Settings } from '../../../scripts/editor/profile.ts';
import type { Environment } from '../../../scripts/editor/server.ts';

export interface TestProfile extends Profile, AsyncDisposable {}

/** Of the machine's environment only what programs need to run at all: no keys, no proxies, no VSCODE_*. */
const passedOn = ['PATH', 'LANG', 'USER', 'SHELL', 'SystemRoot'];

/** Makes a profile that is deleted when it is disposed of. */
export function makeTestProfile(settings: Settings = {}): TestProfile {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'patchbay-editor-'));
  return {
    ...makeProfile(folder, settings),
    async [Symbol.asyncDispose]() {
      // What the editor started may still be writing its last lines.
      await fs.promises.rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    },
  };
}

/** What the editor, its extension host and its services see of the environment, with `extra` on top. */
export function testEnvironment(profile: Profile, extra: Environment = {}): Environment {
  const machine = Object.fromEntries(passedOn.map((name) => [name, process.env[name]]));
  return { ...machine, HOME: profile.home, AMPLIFIER_HOME: profile.amplifierHome, ...extra };
}
