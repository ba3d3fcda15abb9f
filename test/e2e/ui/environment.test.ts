/** What a UI test file can set up for itself: the workspace's files, the settings and the environment. */
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { palette } from '../editor/workbench.ts';
import { useEditor } from './use-editor.ts';

process.env.PATCHBAY_KEY_OF_THE_MACHINE = 'secret';

const editor = useEditor({
  files: { 'notes/one.txt': 'first\n' },
  settings: {
    'terminal.integrated.defaultProfile.linux': 'sh',
    'terminal.integrated.profiles.linux': { sh: { path: '/bin/sh' } },
  },
  env: () => ({ FAKE_MODEL_URL: 'http://127.0.0.1:4010/v1' }),
});

test('programs in the editor see the given environment and nothing of the machine', async () => {
  await palette(editor.page, 'Terminal: Create New Terminal');
  await editor.page.locator('.xterm').first().waitFor();
  await editor.page.locator('.xterm-helper-textarea').first().focus();
  await editor.page.keyboard.type('env > notes/environment.txt; echo written >> notes/one.txt');
  await editor.page.keyboard.press('Enter');

  const read = (name: string) => fs.readFileSync(path.join(editor.workspace, 'notes', name), 'utf8');
  await expect.poll(() => read('one.txt'), { timeout: 20_000 }).toBe('first\nwritten\n');
  const environment = read('environment.txt');
  expect(environment).toContain('FAKE_MODEL_URL=http://127.0.0.1:4010/v1\n');
  expect(environment).toContain(`AMPLIFIER_HOME=${editor.profile.amplifierHome}\n`);
  expect(environment).not.toContain('PATCHBAY_KEY_OF_THE_MACHINE');
});
