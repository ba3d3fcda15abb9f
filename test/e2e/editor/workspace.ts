/** The folders that tests open in the editor. */
import fs from 'node:fs';
import path from 'node:path';
import type { Profile } from '../../../scripts/editor/profile.ts';

const sample = path.resolve(import.meta.dirname, '../../../samples/workspace');

/**
 * Makes a new folder in the profile and gives its path.
 * @param files content by path; without them the folder is a copy of the sample workspace
 */
export function makeWorkspace(profile: Profile, files?: Readonly<Record<string, string>>): string {
  const parent = path.join(profile.folder, 'workspaces');
  fs.mkdirSync(parent, { recursive: true });
  const folder = path.join(fs.mkdtempSync(path.join(parent, 'of-')), 'workspace');
  if (!files) {
    fs.cpSync(sample, folder, { recursive: true });
    return folder;
  }
  fs.mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), content);
  }
  return folder;
}
