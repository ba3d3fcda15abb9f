/** A tree of agents on screen: branches that live, open in place, ask at any depth, and end with figures (DL-20, DL-24). */
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { accessibilityViolations } from '../editor/accessibility.ts';
import { screenshot } from '../editor/artifacts.ts';
import { allThemes, setTheme } from '../editor/themes.ts';
import { openChat, setSidebarWidth } from '../editor/workbench.ts';
import { chatPage } from './chat-page.ts';
import { useEditor } from './use-editor.ts';

const delegate = (agent: string, instruction: string) => ({
  name: 'delegate',
  arguments: { agent, instruction },
});
const command = (text: string) => ({ name: 'bash', arguments: { command: text } });
const agent = (name: string, agents: string) =>
  `---\nname: ${name}\ndescription: The ${name}\nagents: ${agents}\n---\nYou are ${name}.\n`;

const script = {
  tokens_per_second: 400,
  conversations: [
    {
      match: 'Plan the release',
      turns: [
        {
          text: 'Three agents can help.',
          tool_calls: [delegate('scout', 'Survey the code'), delegate('checker', 'Check the tests')],
        },
        { tool_calls: [delegate('writer', 'Write the notes')] },
        { text: 'The release is planned: **everything is ready**.' },
      ],
    },
    {
      match: 'Survey the code',
      turns: [
        {
          text: 'I look into it.',
          tool_calls: [{ name: 'read_file', arguments: { file_path: 'notes.md' } }],
        },
        { tool_calls: [delegate('digger', 'Dig deeper')] },
        { text: 'The code is surveyed.' },
      ],
    },
    { match: 'Dig deeper', turns: [{ tool_calls: [command('echo deep')] }, { text: 'Dug: deep.' }] },
    { match: 'Check the tests', turns: [{ text: 'All tests are there.' }] },
    { match: 'Write the notes', turns: [{ text: '# Notes\n\nReleased.' }] },
  ],
};

const editor = useEditor({
  files: {
    'notes.md': 'notes\n',
    'play.replay.yaml': stringify(script),
    '.amplifier/settings.yaml': stringify({
      provider: 'replay',
      providers: { replay: { script: 'play.replay.yaml' } },
    }),
    '.amplifier/agents/scout.md': agent('scout', 'all'),
    '.amplifier/agents/digger.md': agent('digger', 'none'),
    '.amplifier/agents/checker.md': agent('checker', 'none'),
    '.amplifier/agents/writer.md': agent('writer', 'none'),
  },
});

test('agents work side by side, one at depth two asks, and each is seen with its figures', async () => {
  const chat = chatPage(await openChat(editor.page));
  await chat.send('Plan the release');
  const card = chat.card('echo deep');
  await card.waitFor({ timeout: 40_000 });
  expect(await card.textContent()).toContain('build › scout › digger');
  for (const theme of allThemes) {
    await setTheme(editor.page, theme);
    for (const width of [300, 600]) {
      await setSidebarWidth(editor.page, width);
      const over = await chat.frame.locator('html').evaluate((page) => page.scrollWidth - page.clientWidth);
      expect(over).toBeLessThanOrEqual(0);
      await screenshot(editor.page, `delegation question ${theme} ${width}`);
    }
  }
  expect(await accessibilityViolations(chat.frame)).toEqual([]);
  await setTheme(editor.page, 'dark');
  await card.getByRole('button', { name: 'Allow once' }).click();
  await chat.shows(/everything is ready/);
  const lines = chat.frame.locator('.delegation > .disclosure-line');
  await expect.poll(() => lines.allTextContents()).toHaveLength(4);
  for (const text of await lines.allTextContents()) expect(text).toMatch(/tokens/);
  await chat.frame.getByRole('button', { name: /writer/ }).click();
  await chat.shows(/Released\./);
  await screenshot(editor.page, 'delegation done dark 600');
  await setTheme(editor.page, 'light');
  await setSidebarWidth(editor.page, 300);
  await screenshot(editor.page, 'delegation done light 300');
  expect(await accessibilityViolations(chat.frame)).toEqual([]);
});
