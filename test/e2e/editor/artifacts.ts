/** What a person looks at after a run: pictures of the workbench, and of a failed test also the logs. */
import fs from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import type { Profile } from '../../../scripts/editor/profile.ts';

const resultsFolder = path.resolve(import.meta.dirname, '../../../test-results');

/** Saves what the page shows as test-results/ui/`<name>.png` and gives the file's path. */
export async function screenshot(page: Page, name: string): Promise<string> {
  const file = path.join(resultsFolder, 'ui', `${fileName(name)}.png`);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  await page.screenshot({ path: file });
  return file;
}

/** Copies the logs of the editor, its extension host and the extensions to test-results/logs/`<name>`/. */
export function keepLogs(profile: Profile, name: string): void {
  const target = path.join(resultsFolder, 'logs', fileName(name));
  fs.mkdirSync(target, { recursive: true });
  fs.copyFileSync(path.join(profile.folder, 'server.log'), path.join(target, 'server.log'));
  fs.cpSync(path.join(profile.userData, 'logs'), target, { recursive: true });
}

function fileName(name: string): string {
  return name
    .replace(/[^\w.-]+/g, '-')
    .slice(0, 100)
    .toLowerCase();
}
