/** The harness itself, on what must hold for every later UI test: the chat opens in the workbench and can be checked. */
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { accessibilityViolations } from '../editor/accessibility.ts';
import { screenshot } from '../editor/artifacts.ts';
import { allThemes, setTheme } from '../editor/themes.ts';
import {
  activityBarIcon,
  chatView,
  editorTab,
  openChat,
  palette,
  setSidebarWidth,
} from '../editor/workbench.ts';
import { useEditor } from './use-editor.ts';

const editor = useEditor();

test('the activity bar opens the chat on the sample workspace', async () => {
  await activityBarIcon(editor.page).click();

  const chat = await chatView(editor.page);
  await chat.locator('body :visible').first().waitFor();
  expect(fs.existsSync(path.join(editor.workspace, 'src', 'retry.js'))).toBe(true);
});

test('the palette shows the chat when the side bar is hidden', async () => {
  await palette(editor.page, 'View: Toggle Primary Side Bar Visibility');
  await expect.poll(() => editor.page.locator('.part.sidebar').isVisible()).toBe(false);

  await palette(editor.page, 'Patchbay: Focus on Chat View');

  await expect.poll(() => editor.page.locator('.part.sidebar').isVisible()).toBe(true);
});

test('the chat opens as an editor tab beside the one in the side bar', async () => {
  await palette(editor.page, 'Patchbay: Open chat in editor');

  const tab = await editorTab(editor.page);
  await tab.locator('body :visible').first().waitFor();
  const view = await chatView(editor.page);
  expect(await tab.locator('html').evaluate((page) => page.clientWidth)).toBeGreaterThan(
    await view.locator('html').evaluate((page) => page.clientWidth),
  );
  await palette(editor.page, 'View: Close Editor');
  await expect.poll(() => editor.page.locator('.part.editor .tab').count()).toBe(0);
});

test.each(allThemes)('the chat fits 300 and 600 pixels in the %s theme', async (theme) => {
  const chat = await openChat(editor.page);
  await setTheme(editor.page, theme);
  for (const width of [300, 600]) {
    await setSidebarWidth(editor.page, width);
    const overflow = await chat.locator('html').evaluate((page) => page.scrollWidth - page.clientWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    await screenshot(editor.page, `chat ${theme} ${width}`);
  }
});

test('the chat breaks no rule of the accessibility check', async () => {
  expect(await accessibilityViolations(await openChat(editor.page))).toEqual([]);
});

test('the accessibility check finds an image without a text', async () => {
  const page = await editor.page.context().newPage();
  await page.setContent(
    '<iframe srcdoc="<html lang=en><title>Page</title><main><h1>Page</h1><img src=x></main>"></iframe>',
  );

  const violations = await accessibilityViolations(page.frameLocator('iframe'));

  expect(violations.map(({ rule }) => rule)).toEqual(['image-alt']);
  await page.close();
});
