/** `npm run test:desktop`: the same in-host suite in a desktop VS Code, which is downloaded unless VSCODE names one. */
import path from 'node:path';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { ensureBuilt } from '../../../scripts/build/freshness.ts';
import { makeTestProfile, testEnvironment } from '../editor/test-profile.ts';
import { makeWorkspace } from '../editor/workspace.ts';
import { buildSuite } from './build-suite.ts';
import { clearResult, reportResult, resultFile } from './suite-result.ts';

const repoRoot = path.resolve(import.meta.dirname, '../../..');

clearResult();
await runSuite();
reportResult();

async function runSuite(): Promise<void> {
  ensureBuilt();
  const suite = await buildSuite();
  await using profile = makeTestProfile();
  const isRoot = process.getuid?.() === 0;
  const executable = process.env.VSCODE ?? (await download());
  await runTests({
    vscodeExecutablePath: executable,
    extensionDevelopmentPath: repoRoot,
    extensionTestsPath: suite,
    extensionTestsEnv: testEnvironment(profile, { PATCHBAY_SUITE_RESULT: resultFile }),
    launchArgs: [
      makeWorkspace(profile),
      `--user-data-dir=${profile.userData}`,
      `--extensions-dir=${profile.extensions}`,
      '--disable-workspace-trust',
      ...(isRoot ? ['--no-sandbox'] : []),
    ],
  });
}

async function download(): Promise<string> {
  try {
    return await downloadAndUnzipVSCode();
  } catch (error) {
    throw new Error('VS Code could not be downloaded. Name the executable of an installed one in VSCODE.', {
      cause: error,
    });
  }
}
