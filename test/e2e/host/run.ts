/** `npm run test:host`: the in-host suite in code-server's extension host, with a headless browser as its window. */
import fs from 'node:fs';
import path from 'node:path';
import { format } from 'node:util';
import { chromium, type Page } from 'playwright-core';
import { ensureBuilt } from '../../../scripts/build/freshness.ts';
import { installEditor } from '../../../scripts/editor/install.ts';
import { startServer } from '../../../scripts/editor/server.ts';
import { keepLogs } from '../editor/artifacts.ts';
import { launchBrowser, newBrowserContext, openWorkbench } from '../editor/browser.ts';
import { makeTestProfile, testEnvironment } from '../editor/test-profile.ts';
import { makeWorkspace } from '../editor/workspace.ts';
import { buildSuite } from './build-suite.ts';
import { clearResult, hasPassed, reportResult, resultFile } from './suite-result.ts';

const SUITE_LIMIT_MS = 150_000;
const repoRoot = path.resolve(import.meta.dirname, '../../..');
/** All that the workbench and the extension host print, with mocha's own report in between. */
const consoleFile = path.join(path.dirname(resultFile), 'host-console.log');

clearResult();
fs.rmSync(consoleFile, { force: true });
await runSuite();
reportResult();
if (!hasPassed()) console.log(`What the editor printed is in ${path.relative(repoRoot, consoleFile)}.`);
process.exit();

async function runSuite(): Promise<void> {
  ensureBuilt();
  const suite = await buildSuite();
  const editor = await installEditor(console.log);
  await using profile = makeTestProfile();
  const env = testEnvironment(profile, { PATCHBAY_SUITE_RESULT: resultFile });
  await using server = await startServer(editor, profile, { env, forInHostTests: true });
  const browserServer = await launchBrowser(console.log);
  await using _browser = { [Symbol.asyncDispose]: () => browserServer.close() };
  const context = await newBrowserContext(await chromium.connect(browserServer.wsEndpoint()));
  const remote = (file: string) => `vscode-remote://${server.authority}${file}`;
  const query = {
    folder: makeWorkspace(profile),
    payload: JSON.stringify([
      ['extensionDevelopmentPath', remote(repoRoot)],
      ['extensionTestsPath', remote(suite)],
    ]),
  };
  const ended = Promise.withResolvers<void>();
  await openWorkbench(context, server, query, (page) => listen(page, ended.resolve));
  const limit = setTimeout(() => {
    console.log(`The suite did not end within ${SUITE_LIMIT_MS / 1_000} s.`);
    ended.resolve();
  }, SUITE_LIMIT_MS);
  await ended.promise;
  clearTimeout(limit);
  if (!hasPassed()) keepLogs(profile, 'host');
}

/** VS Code's web workbench hands a test run's output and end to functions of these names. */
async function listen(page: Page, ended: () => void): Promise<void> {
  await page.exposeFunction('codeAutomationLog', (_type: string, args: readonly unknown[]) => {
    fs.appendFileSync(consoleFile, `${format(...args)}\n`);
  });
  await page.exposeFunction('codeAutomationExit', ended);
}
