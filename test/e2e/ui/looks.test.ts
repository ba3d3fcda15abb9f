/** The chat in every theme and at two widths, with what a turn leaves behind on it; nothing may run over. */
import { expect, test } from 'vitest';
import { accessibilityViolations } from '../editor/accessibility.ts';
import { screenshot } from '../editor/artifacts.ts';
import { allThemes, setTheme } from '../editor/themes.ts';
import { openChat, palette, setSidebarWidth } from '../editor/workbench.ts';
import { chatPage } from './chat-page.ts';
import { useEditor } from './use-editor.ts';

const editor = useEditor();

test('a finished turn with an open question fits in four themes and two widths', async () => {
  const chat = chatPage(await openChat(editor.page));
  await chat.frame.getByRole('button', { name: 'Run the demonstration' }).click();
  const card = chat.card('src/retry.js');
  await card.waitFor({ timeout: 40_000 });
  for (const theme of allThemes) {
    await setTheme(editor.page, theme);
    for (const width of [300, 600]) {
      await setSidebarWidth(editor.page, width);
      const over = await chat.frame.locator('html').evaluate((page) => page.scrollWidth - page.clientWidth);
      expect(over).toBeLessThanOrEqual(0);
      const box = await card.evaluate((element) => {
        const { right } = element.getBoundingClientRect();
        return { right, width: element.ownerDocument.documentElement.clientWidth };
      });
      expect(box.right).toBeLessThanOrEqual(box.width);
      await screenshot(editor.page, `look question ${theme} ${width}`);
    }
  }
  expect(await accessibilityViolations(chat.frame)).toEqual([]);
  await setTheme(editor.page, 'dark');
  await card.getByRole('button', { name: 'Allow once' }).click();
  await chat.card('node --test').waitFor({ timeout: 40_000 });
  await chat.card('node --test').getByRole('button', { name: 'Allow once' }).click();
  const summary = chat.frame.getByRole('button', { name: /\d+ requests/ });
  await summary.click();
  const figures = chat.frame.getByRole('group', { name: 'What the turn took' });
  await figures.getByRole('rowheader', { name: 'tools-shell' }).waitFor();
  await figures.scrollIntoViewIfNeeded();
  for (const theme of allThemes) {
    await setTheme(editor.page, theme);
    for (const width of [300, 600]) {
      await setSidebarWidth(editor.page, width);
      // Wide tables scroll by themselves (AT-85).
      const over = await chat.frame.locator('html').evaluate((page) => page.scrollWidth - page.clientWidth);
      expect(over).toBeLessThanOrEqual(0);
      await screenshot(editor.page, `look done ${theme} ${width}`);
    }
  }
  expect(await accessibilityViolations(chat.frame)).toEqual([]);
  await setTheme(editor.page, 'dark');
});

test('the same session opens in an editor tab', async () => {
  await palette(editor.page, 'Patchbay: Open chat in editor');
  await editor.page.locator('.tab', { hasText: 'Why does the upload test fail' }).waitFor();
  await screenshot(editor.page, 'look editor tab');
});
