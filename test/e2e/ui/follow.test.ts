/** One session in two windows: one works in it, the other watches it live and can go on with it afterwards (DL-35). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { accessibilityViolations } from '../editor/accessibility.ts';
import { screenshot } from '../editor/artifacts.ts';
import { testEnvironment } from '../editor/test-profile.ts';
import { setTheme, type Theme } from '../editor/themes.ts';
import { editorTab, openChat, palette, quickPick, setSidebarWidth } from '../editor/workbench.ts';
import { type ChatPage, chatPage } from './chat-page.ts';
import { useEditor } from './use-editor.ts';

const CLI = path.resolve(import.meta.dirname, '../../../dist/cli.js');
const LOOKS: readonly Theme[] = ['light', 'dark', 'high-contrast'];
/** A scripted turn, services and all. */
const TURN = { timeout: 60_000 };

const command = (text: string) => ({ name: 'bash', arguments: { command: text } });

const editor = useEditor({
  files: {
    'notes.md': 'The colour is green.\n',
    'play.replay.yaml': stringify({
      tokens_per_second: 400,
      conversations: [
        {
          match: 'Look around',
          turns: [
            {
              text: 'The scout goes first.',
              tool_calls: [
                { name: 'delegate', arguments: { agent: 'scout', instruction: 'Survey the code' } },
              ],
            },
            { text: 'I list the files.', tool_calls: [command('echo listed')] },
            { text: 'All is **looked at**.' },
          ],
        },
        {
          match: 'Survey the code',
          turns: [{ tool_calls: [command('echo surveyed')] }, { text: 'The code is surveyed.' }],
        },
        { match: 'And again', turns: [{ text: 'Once more, the same.' }] },
        {
          match: 'Wait in the terminal',
          turns: [
            { text: 'I wait a minute.', tool_calls: [command('sleep 60')] },
            { text: 'It was brought to its end.' },
          ],
        },
        { match: 'Go on from here', turns: [{ text: 'It went on in the other window.' }] },
      ],
    }),
    '.amplifier/settings.yaml': stringify({
      provider: 'replay',
      providers: { replay: { script: 'play.replay.yaml' } },
      approvals: { rules: [{ tool: 'bash', pattern: 'sleep *', action: 'allow' }] },
    }),
    '.amplifier/agents/scout.md':
      '---\nname: scout\ndescription: Looks around\nagents: none\n---\nYou look around.\n',
  },
});

let other: Page;
let working: ChatPage;
let watching: ChatPage;

test('a turn that runs in one window is watched live in the other, with its branches, read-only', async () => {
  working = chatPage(await openChat(editor.page));
  await working.send('Look around');
  await working.card('echo surveyed').waitFor(TURN);
  other = await editor.open();
  await openChat(other);
  await palette(other, 'Patchbay: Resume session…');
  await quickPick(other, 'Look around').click();
  watching = chatPage(await openChat(other));

  await banner(watching, 'This session is at work in another window. You are watching it live.');
  const question = watching.card('echo surveyed');
  await question.getByText('This question is answered in another window.').waitFor();
  expect(await question.getByRole('button', { name: 'Allow once' }).count()).toBe(0);
  expect(await watching.composer.isDisabled()).toBe(true);
  expect(await watching.frame.getByRole('button', { name: 'Stop' }).count()).toBe(0);
  await looks('follow question');
  expect(await accessibilityViolations(watching.frame)).toEqual([]);

  await working.card('echo surveyed').getByRole('button', { name: 'Allow once' }).click();
  await watching.shows('The code is surveyed.');
  await watching.card('echo listed').waitFor(TURN);
  await working.card('echo listed').getByRole('button', { name: 'Allow once' }).click();
  await watching.shows('looked at');
  await banner(watching, 'This session is open in another window. You are watching it live.');
});

test('the next turn is watched too', async () => {
  await working.send('And again');
  await watching.shows('Once more, the same.');
  await looks('follow idle');
});

test('the watching window goes on with the session once the other one is closed', async () => {
  await palette(other, 'Patchbay: Open chat in editor');
  const tab = chatPage(await editorTab(other));
  await banner(tab, 'This session is open in another window. You are watching it live.');

  await editor.page.close();
  await banner(watching, 'The other window is done with it.');
  await looks('follow left');
  expect(await accessibilityViolations(watching.frame)).toEqual([]);

  await banner(tab, 'The other window is done with it.');
  await watching.frame.getByRole('button', { name: 'Continue here' }).click();
  await expect.poll(() => watching.composer.isEnabled()).toBe(true);
  await expect.poll(() => tab.composer.isEnabled()).toBe(true);
  expect(await watching.frame.locator('.followed').count()).toBe(0);
  await watching.send('Go on from here');
  await watching.shows('It went on in the other window.');
  await tab.shows('It went on in the other window.');
  await palette(other, 'View: Close All Editors');
});

test('a turn of a terminal is watched, and brought to its end here when the terminal dies in the middle', async () => {
  await using terminal = await runInTerminal('Wait in the terminal');
  await palette(other, 'Patchbay: Resume session…');
  await quickPick(other, 'Wait in the terminal').click();
  await banner(watching, 'This session is at work in a terminal. You are watching it live.');
  await watching.shows('I wait a minute.');

  await terminal.kill();

  await banner(watching, 'The terminal left it in the middle of a turn.');
  await watching.shows('interrupted');
  expect(await watching.frame.getByRole('button', { name: 'Resume' }).count()).toBe(0);
  await screenshot(other, 'follow left in the middle');
  await watching.frame.getByRole('button', { name: 'Continue here' }).click();
  await watching.frame.getByRole('button', { name: 'Resume' }).last().click();
  await watching.shows('It was brought to its end.');
});

/** `patchbay run` in the workspace, once its first tool runs. */
async function runInTerminal(prompt: string): Promise<AsyncDisposable & { kill(): Promise<void> }> {
  const child = spawn(process.execPath, [CLI, 'run', prompt, '--json'], {
    cwd: editor.workspace,
    env: testEnvironment(editor.profile),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  for await (const line of createInterface(child.stdout)) {
    if ((JSON.parse(line) as { type: string }).type === 'tool.started') break;
  }
  return { kill, [Symbol.asyncDispose]: kill };
}

async function banner(chat: ChatPage, text: string): Promise<void> {
  await chat.frame.getByRole('status').getByText(text).waitFor(TURN);
}

/** Pictures of the watching window; nothing may run over. */
async function looks(name: string): Promise<void> {
  for (const theme of LOOKS) {
    await setTheme(other, theme);
    for (const width of [300, 600]) {
      await setSidebarWidth(other, width);
      const over = await watching.frame
        .locator('html')
        .evaluate((page) => page.scrollWidth - page.clientWidth);
      expect(over).toBeLessThanOrEqual(0);
      await screenshot(other, `${name} ${theme} ${width}`);
    }
  }
  await setTheme(other, 'dark');
}
