/** `npm start` as a person uses it, without the desktop: an address to open, and nothing left after the end. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { screenshot } from '../editor/artifacts.ts';
import { openWorkbench } from '../editor/browser.ts';
import { makeTestProfile, testEnvironment } from '../editor/test-profile.ts';
import { openChat } from '../editor/workbench.ts';
import { useEditor } from './use-editor.ts';

const repoRoot = path.resolve(import.meta.dirname, '../../..');
const editor = useEditor();

test('npm start prints an address that shows the chat on a copy of the sample, and ends with it', async () => {
  await using place = makeTestProfile();
  const args = ['scripts/bootstrap.mjs', 'scripts/start.ts', '--web', '--no-open', '--in', place.folder];
  const start = spawn(process.execPath, args, { cwd: repoRoot, env: testEnvironment(place), stdio: 'pipe' });
  const exited = once(start, 'exit');
  const url = await printedAddress(start.stdout);

  const page = await openWorkbench(
    editor.page.context(),
    { url: url.origin + url.pathname },
    Object.fromEntries(url.searchParams),
  );
  const chat = await openChat(page);
  await chat.locator('body :visible').first().waitFor();
  await screenshot(page, 'npm start');
  await page.close();
  start.kill('SIGTERM');
  await exited;

  expect(fs.existsSync(path.join(place.folder, 'sample-workspace', 'src', 'retry.js'))).toBe(true);
  await expect(fetch(url, { signal: AbortSignal.timeout(5_000) })).rejects.toThrow();
});

async function printedAddress(output: NodeJS.ReadableStream): Promise<URL> {
  let printed = '';
  for await (const chunk of output) {
    printed += chunk;
    const found = /Patchbay is at (\S+)/.exec(printed)?.[1];
    if (found) return new URL(found);
  }
  throw new Error(`npm start ended without an address:\n${printed}`);
}
