/** The first minute: no key, no configuration, the sample prompt with real tools on real files. */
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { screenshot } from '../editor/artifacts.ts';
import { openChat } from '../editor/workbench.ts';
import { chatPage } from './chat-page.ts';
import { useEditor } from './use-editor.ts';

const editor = useEditor();
const source = () => fs.readFileSync(path.join(editor.workspace, 'src', 'retry.js'), 'utf8');

test('the demonstration reads, asks, edits, runs the tests and concludes, labelled as scripted', async () => {
  const chat = chatPage(await openChat(editor.page));
  await screenshot(editor.page, 'demo 1 empty');
  await chat.frame.getByText('scripted demonstration').first().waitFor();
  await chat.frame.getByRole('button', { name: 'Run the demonstration' }).click();

  const edit = chat.card('src/retry.js');
  await edit.waitFor({ timeout: 40_000 });
  expect(source()).toContain('attempt < attempts;');
  await screenshot(editor.page, 'demo 2 edit asked');
  await edit.getByRole('button', { name: 'Allow once' }).click();

  const command = chat.card('node --test');
  await command.waitFor({ timeout: 40_000 });
  expect(source()).toContain('attempt <= attempts;');
  await screenshot(editor.page, 'demo 3 command asked');
  await command.getByRole('button', { name: 'Allow once' }).click();

  await chat.shows(/\d+ requests/);
  await screenshot(editor.page, 'demo 4 done');
});
