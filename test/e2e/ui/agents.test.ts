/** Agents outside the chat: work given to one from the palette, the Agents view, problems, who answers, bundles (DL-4, DL-6, DL-28). */
import fs from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { accessibilityViolations } from '../editor/accessibility.ts';
import { screenshot } from '../editor/artifacts.ts';
import { setTheme, type Theme } from '../editor/themes.ts';
import { notification, openChat, palette, quickPick, setSidebarWidth } from '../editor/workbench.ts';
import { chatPage } from './chat-page.ts';
import { useEditor } from './use-editor.ts';

const LOOKS: readonly Theme[] = ['light', 'dark', 'high-contrast'];
/** A scripted turn, services and all. */
const TURN = { timeout: 90_000 };

const editor = useEditor({
  files: {
    'notes.md': 'The colour is green.\n',
    'play.replay.yaml': stringify({
      tokens_per_second: 400,
      conversations: [
        { match: 'The colour is green', turns: [{ text: 'I have read the notes.' }] },
        { match: 'Survey the code', turns: [{ text: 'The code is **surveyed**.\n\nAll is well.' }] },
        { match: 'Count the tests', turns: [{ text: '# Twelve tests\n\nThey pass.' }] },
      ],
    }),
    '.amplifier/settings.yaml': stringify({
      provider: 'replay',
      providers: { replay: { script: 'play.replay.yaml' } },
    }),
    '.amplifier/agents/scout.md':
      '---\nname: scout\ndescription: Looks around\nagents: none\n---\nYou look around.\n',
    '.amplifier/bundles/house.md':
      '---\nbundle: { name: house, description: Ours. }\nagents: { butler: { description: Serves } }\n---\nBe brief.\n',
    '.amplifier/agents/broken.md': '---\nname: broken\ndescription: [\n---\nYou break.\n',
  },
});

const at = (file: string) => path.join(editor.workspace, file);
const row = (name: RegExp): Locator => editor.page.getByRole('treeitem', { name }).first();

async function delegate(instruction: string, where: string, attached?: string): Promise<void> {
  const { page } = editor;
  const box = page.locator('.quick-input-widget input[type=text]').first();
  await palette(page, 'Patchbay: Delegate to Agent…');
  await quickPick(page, 'scout').click();
  await page.locator('.quick-input-widget', { hasText: 'What shall scout do?' }).waitFor();
  await box.fill(instruction);
  await box.press('Enter');
  if (attached) {
    await quickPick(page, attached).click();
    await page.keyboard.press('Enter');
  }
  await quickPick(page, where).click();
}

test('work is given to an agent by itself, in the session, and in the background', async () => {
  const { page } = editor;
  const chat = chatPage(await openChat(page));
  await delegate('Survey the code', 'By itself');
  await chat.frame.getByText('All is well.').first().waitFor(TURN);
  await expect.poll(() => chat.frame.locator('.chip-button').first().textContent(), TURN).toMatch(/scout/);

  await delegate('Count the tests', 'In this session');
  await chat.frame.getByText('→ scout').first().waitFor(TURN);
  const line = chat.frame.locator('.delegation.completed > .disclosure-line').first();
  await line.waitFor(TURN);
  await line.click();
  await chat.frame.getByText('They pass.').first().waitFor(TURN);
  for (const theme of LOOKS) {
    await setTheme(page, theme);
    for (const width of [300, 600]) {
      await setSidebarWidth(page, width);
      const over = await chat.frame.locator('html').evaluate((html) => html.scrollWidth - html.clientWidth);
      expect(over).toBeLessThanOrEqual(0);
      await screenshot(page, `delegated by person ${theme} ${width}`);
    }
  }
  expect(await accessibilityViolations(chat.frame)).toEqual([]);

  await delegate('Count the tests', 'In this session, in the background');
  const done = notification(page, 'scout is done: Twelve tests');
  await done.waitFor(TURN);
  await screenshot(page, 'delegated in background');
  await chat.send('/new');
  await chat.frame.getByText('→ scout').first().waitFor({ state: 'hidden' });
  await done.getByRole('button', { name: 'Show' }).click();
  await chat.frame.getByText('→ scout').first().waitFor();
});

test('the active file goes with the instruction', async () => {
  const { page } = editor;
  await palette(page, 'Go to File...');
  await page.locator('.quick-input-widget input').first().fill('notes.md');
  await quickPick(page, 'notes.md').click();
  await page.locator('.tab.active', { hasText: 'notes.md' }).waitFor();
  const chat = chatPage(await openChat(page));
  await delegate('Read this', 'By itself', 'The active file');
  await chat.frame.getByText('I have read the notes.').first().waitFor(TURN);
});

test('the view lists agents by source; a broken file is a problem until it is mended', async () => {
  const { page } = editor;
  await palette(page, 'Patchbay: Focus on Agents View');
  await row(/^scout, agent/).waitFor(TURN);
  await row(/^Of this project: 1$/).waitFor();
  await row(/^broken\.md: /).waitFor();
  for (const theme of LOOKS) {
    await setTheme(page, theme);
    for (const width of [300, 600]) {
      await setSidebarWidth(page, width);
      await screenshot(page, `agents view ${theme} ${width}`);
    }
  }
  await palette(page, 'Patchbay: Check definitions');
  const problem = page.locator('.markers-panel').getByRole('treeitem', { name: /Patchbay/ });
  await problem.first().waitFor(TURN);
  await screenshot(page, 'agents problems');

  fs.writeFileSync(
    at('.amplifier/agents/broken.md'),
    '---\nname: mended\ndescription: Works\n---\nYou work.\n',
  );
  await row(/^mended, agent/).waitFor(TURN);
  await expect.poll(() => problem.count(), TURN).toBe(0);

  // So is a sidecar (AT-42).
  fs.writeFileSync(at('.amplifier/agents/.ai-agent.env'), 'no line\n');
  await problem.filter({ hasText: 'KEY=VALUE' }).waitFor(TURN);
  fs.rmSync(at('.amplifier/agents/.ai-agent.env'));
  await expect.poll(() => problem.count(), TURN).toBe(0);
});

test('an agent is shown as it counts, and a shipped one copied to the project', async () => {
  const { page } = editor;
  await palette(page, 'Patchbay: Focus on Agents View');
  await palette(page, 'Patchbay: Show effective configuration of an agent');
  await quickPick(page, 'scout').click();
  await page.locator('.tab.active', { hasText: 'scout.yaml' }).waitFor();
  await page.locator('.editor-instance', { hasText: 'Looks around' }).first().waitFor();

  await palette(page, 'Patchbay: Copy agent to project');
  await page.locator('.quick-input-widget', { hasText: 'Looks around' }).waitFor();
  await page.locator('.quick-input-widget input[type=text]').first().fill('explorer');
  await quickPick(page, 'explorer').click();
  await page.locator('.tab.active', { hasText: 'explorer.md' }).waitFor();
  expect(fs.readFileSync(at('.amplifier/agents/explorer.md'), 'utf8')).toContain('explorer');
  await row(/^explorer, agent.*shadows/).waitFor(TURN);
});

test('another agent answers from the next prompt on', async () => {
  const { page } = editor;
  const chat = chatPage(await openChat(page));
  await chat.send('/new');
  await chat.frame.locator('.chip-button', { hasText: 'build' }).click();
  await quickPick(page, 'scout').click();
  await chat.frame.locator('.chip-button', { hasText: 'scout' }).waitFor();
  await chat.send('Survey the code');
  await chat.frame.getByText('All is well.').first().waitFor(TURN);
  expect(await chat.frame.getByText('scout').count()).toBeGreaterThan(0);
});

test('a bundle is shown and used, and the settings tell where that is from (DL-14, DL-15)', async () => {
  const { page } = editor;
  await palette(page, 'Patchbay: Show bundle…');
  await quickPick(page, 'house').click();
  await page.locator('.tab.active', { hasText: 'house.yaml' }).waitFor(TURN);
  await page.locator('.editor-instance', { hasText: 'butler' }).first().waitFor();

  await palette(page, 'Patchbay: Use bundle…');
  await quickPick(page, 'house').click();
  await quickPick(page, 'For this project').click();
  await expect
    .poll(() => fs.readFileSync(at('.amplifier/settings.yaml'), 'utf8'), TURN)
    .toContain('bundle:\n  active: house\n');
  await palette(page, 'Patchbay: Focus on Agents View');
  await row(/^Of the bundle in use: 1$/).waitFor(TURN);
  await row(/^butler, agent/).waitFor();

  await palette(page, 'Patchbay: Show effective settings');
  await page.locator('.tab.active', { hasText: 'settings.yaml' }).waitFor(TURN);
  await page.locator('.editor-instance', { hasText: 'bundle.active' }).first().waitFor();
  await screenshot(page, 'effective settings');
});
