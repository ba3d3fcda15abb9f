/** The Services view while a turn waits: what lives, in every theme, by keyboard and by name (RT-35). */
import fs from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { screenshot } from '../editor/artifacts.ts';
import { allThemes, setTheme } from '../editor/themes.ts';
import { openChat, palette, setSidebarWidth } from '../editor/workbench.ts';
import { chatPage } from './chat-page.ts';
import { useEditor } from './use-editor.ts';

const editor = useEditor();

/** A row of the view by how its spoken name begins. */
const row = (name: string): Locator =>
  editor.page.locator(`.part.sidebar .monaco-list-row[aria-label^="${name}"]`).first();

test('shows the services of a turn that waits with their state and figures', async () => {
  const chat = chatPage(await openChat(editor.page));
  await chat.frame.getByRole('button', { name: 'Run the demonstration' }).click();
  await chat.card('src/retry.js').waitFor({ timeout: 40_000 });
  await palette(editor.page, 'Patchbay: Focus on Services View');
  await setSidebarWidth(editor.page, 600);

  await row('loop-streaming, State busy, Runs as thread').waitFor();
  await row('hook-logging, State idle').waitFor();
  await row('Why does the upload test fail').waitFor();
  await expect.poll(() => row('loop-streaming').getAttribute('aria-label')).toMatch(/Memory \d+\.\d MB/);
  expect(await row('loop-streaming').innerText()).toMatch(/busy · thread \d+ · \d+\.\d MB · 1 call/);
  for (const theme of allThemes) {
    await setTheme(editor.page, theme);
    await screenshot(editor.page, `services ${theme}`);
  }
  await setTheme(editor.page, 'dark');
  await setSidebarWidth(editor.page, 300);
  await screenshot(editor.page, 'services narrow');
});

test('opens a log and stops a service with the keyboard alone', async () => {
  const { page } = editor;
  await row('context-simple').click();
  const log = page.locator('.tab', { hasText: 'context-simple.log' });
  await log.waitFor();
  await screenshot(page, 'services log');

  await palette(page, 'Patchbay: Focus on Services View');
  await page.keyboard.press('Delete');

  await row('context-simple, State stopped').waitFor();
  await page.locator('.part.editor .view-line', { hasText: 'It was stopped' }).waitFor();
  await screenshot(page, 'services stopped');
});

test('offers stop and log in the row and its menu', async () => {
  const { page } = editor;
  await row('loop-streaming').hover();
  const actions = row('loop-streaming').locator('.actions .action-label');
  const names = await actions.evaluateAll((all) => all.map((each) => each.getAttribute('aria-label')));
  expect(names).toEqual(['Show service log', expect.stringMatching(/^Stop service( \(|$)/)]);
  await row('context-simple').hover();
  const ended = row('context-simple').locator('.actions .action-label');
  expect(await ended.evaluateAll((all) => all.map((each) => each.getAttribute('aria-label')))).toEqual([
    'Show service log',
  ]);
  await row('loop-streaming').click({ button: 'right' });
  await page.locator('.context-view .action-label', { hasText: 'Stop service' }).waitFor();
  await screenshot(page, 'services menu');
  await page.keyboard.press('Escape');
});

test('the palette asks which service is meant', async () => {
  const { page } = editor;
  await palette(page, 'Patchbay: Stop service');
  const pick = page.locator('.quick-input-list .monaco-list-row', { hasText: 'loop-streaming' }).first();
  await pick.waitFor();
  await screenshot(page, 'services pick');
  await pick.click();

  await row('loop-streaming, State stopped').waitFor();
});

test('a service that is not ours is asked about before it runs, and the answer can be taken back (RT-8)', async () => {
  const { page, workspace } = editor;
  const folder = path.join(workspace, '.amplifier');
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'notes.cjs'), NOTES);
  fs.writeFileSync(
    path.join(folder, 'settings.yaml'),
    'services: { notes: { command: [node, .amplifier/notes.cjs] } }',
  );
  await palette(page, 'Patchbay: New session');
  await setSidebarWidth(page, 600);
  const chat = chatPage(await openChat(page));
  await chat.frame.getByRole('button', { name: 'Run the demonstration' }).click();
  const card = chat.card('Let service "notes" run?');
  await card.getByText('read docs; network api.example').waitFor({ timeout: 40_000 });
  for (const theme of ['dark', 'light'] as const) {
    await setTheme(page, theme);
    await screenshot(page, `service permissions ${theme}`);
  }
  await setSidebarWidth(page, 300);
  await screenshot(page, 'service permissions narrow');
  await card.getByRole('button', { name: 'Allow this version' }).click();
  await chat.card('src/retry.js').waitFor({ timeout: 40_000 });
  await screenshot(page, 'service permissions answered');

  await palette(page, 'Patchbay: Service permissions…');
  const pick = page.locator('.quick-input-list .monaco-list-row', { hasText: 'notes' }).first();
  await pick.getByText('allowed').waitFor();
  await screenshot(page, 'service permissions palette');
  await page.keyboard.press('Escape');
});

/** Answers every request with its manifest. */
const NOTES = [
  'require("readline").createInterface({ input: process.stdin }).on("line", (line) => {',
  'const { id } = JSON.parse(line);',
  'if (id !== undefined) console.log(JSON.stringify({ jsonrpc: "2.0", id, result: {',
  'name: "notes", version: "1.2.0", permissions: { read: ["docs"], network: ["api.example"] },',
  'tools: [{ name: "add_note" }] } })) })',
].join(' ');
