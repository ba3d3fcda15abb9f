/** Definitions by address from the palette: installed, updated, shown and removed (DL-12, DL-14). */
import { expect, test } from 'vitest';
import { publishRepository } from '../../builders/definition-server.ts';
import { createFolder } from '../../builders/folder.ts';
import { screenshot } from '../editor/artifacts.ts';
import { notification, notificationList, palette, quickPick } from '../editor/workbench.ts';
import { useEditor } from './use-editor.ts';

const editor = useEditor();
/** A loaded machine fetches slowly. */
const FETCH = { timeout: 60_000 };

const input = () => editor.page.locator('.quick-input-widget input[type=text]').first();

async function answer(title: string, text?: string): Promise<void> {
  await editor.page.locator('.quick-input-widget', { hasText: title }).waitFor();
  if (text !== undefined) await input().fill(text);
  await input().press('Enter');
}

test('definitions of a repository are installed, updated and uninstalled', async () => {
  const { page } = editor;
  const repository = publishRepository({
    'bundle.md': '---\nbundle: { name: core, description: All of it }\n---\nHi',
    'agents/zen.md': '---\nmeta: { name: zen, description: Thinks }\n---\nYou think before you act.',
  });
  await palette(page, 'Patchbay: Install definitions…');
  await page.locator('.quick-input-widget', { hasText: 'Install definitions' }).waitFor();
  await input().fill('ftp://host/x');
  await page.locator('.quick-input-message', { hasText: 'which is not fetched' }).waitFor();
  await screenshot(page, 'definitions wrong address');
  await answer('Install definitions', repository.address);
  await answer('The name that bundles', 'core');
  const installed = notification(page, '“core” is installed: 1 bundle, 1 agent.');
  await installed.waitFor(FETCH);
  await screenshot(page, 'definitions installed');
  await installed.getByRole('button', { name: 'Show' }).click();
  await quickPick(page, 'zen').waitFor();
  await screenshot(page, 'definitions shown');
  await quickPick(page, 'zen').click();
  await page.locator('.editor-instance', { hasText: 'You think before you act.' }).first().waitFor();

  repository.folder.write('agents/new.md', '---\nmeta: { name: new }\n---\nHi');
  repository.commit();
  await palette(page, 'Patchbay: Update definitions…');
  await quickPick(page, 'core').waitFor(FETCH);
  await screenshot(page, 'definitions changed');
  await page.keyboard.press('Enter');
  const told = await notificationList(page);
  await told('Updated: core.').waitFor(FETCH);
  await palette(page, 'Patchbay: Refresh definitions');
  await told('Read again: core (1 bundle, 2 agents).').waitFor(FETCH);

  await palette(page, 'Patchbay: Uninstall definitions…');
  await quickPick(page, 'core').click();
  await told('“core” is uninstalled.').waitFor(FETCH);
  await palette(page, 'Patchbay: Unregister definitions…');
  await told('No definitions are registered.').waitFor(FETCH);
  // While the list is open nothing new is shown beside it.
  await palette(page, 'Notifications: Clear All Notifications');
});

test('what cannot be fetched is told with what to do, and a folder is looked through', async () => {
  const { page } = editor;
  using folder = createFolder({ 'bundle.yaml': 'bundle: { name: local one }\n' });
  await palette(page, 'Patchbay: Install definitions…');
  await answer('Install definitions', `git+file://${folder.at('nothing')}`);
  await answer('The name that bundles');
  const failed = notification(page, 'cannot be fetched');
  await failed.waitFor(FETCH);
  expect(await failed.textContent()).toContain('git ls-remote');
  await screenshot(page, 'definitions unreachable');

  await palette(page, 'Patchbay: Discover definitions…');
  await answer('Discover definitions', folder.path);
  await quickPick(page, 'local one').click();
  await page.locator('.tab.active', { hasText: 'bundle.yaml' }).waitFor(FETCH);
});
