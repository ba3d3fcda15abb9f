/**
 * What a tree of agents takes and where it is stopped, with a model that says what each request took: right on screen
 * and on disk (AT-63, AT-72, AT-80, AT-84, DL-24).
 */
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { EventOf, SessionEvent } from '../../../src/protocol/events.ts';
import { type ModelServer, startModelServer } from '../../builders/model-server.ts';
import { screenshot } from '../editor/artifacts.ts';
import { setTheme } from '../editor/themes.ts';
import { openChat, setSidebarWidth } from '../editor/workbench.ts';
import { chatPage } from './chat-page.ts';
import { useEditor } from './use-editor.ts';

/** Of each request, priced below at 3 and 15 dollars per million: 0.045 dollars. */
const usage = { input_tokens: 10_000, output_tokens: 1_000 };
const PRICE = 0.045;

const agent = (name: string, more: object) =>
  `---\n${stringify({ name, description: `The ${name}`, ...more })}---\nYou are ${name}.\n`;
const delegate = (id: string, to: string, instruction: string) => ({
  id,
  name: 'delegate',
  arguments: { agent: to, instruction },
});

let server: ModelServer;
beforeAll(async () => {
  server = await startModelServer();
  const step = (userMessage: string, turnIndex: number, answer: { content: string; toolCalls?: object[] }) =>
    server.mock.on({ userMessage, turnIndex }, { usage, ...answer });
  const both = [delegate('c1', 'scout', 'Survey the code'), delegate('c2', 'checker', 'Check the tests')];
  step('Plan the release', 0, { content: 'Two can begin.', toolCalls: both });
  step('Plan the release', 1, { content: '', toolCalls: [delegate('c3', 'writer', 'Write the notes')] });
  step('Plan the release', 2, { content: 'The release is planned.' });
  step('Survey the code', 0, { content: '', toolCalls: [delegate('c4', 'digger', 'Dig deeper')] });
  step('Survey the code', 1, { content: 'Surveyed.' });
  const reading = { id: 'c5', name: 'read_file', arguments: { file_path: 'notes.md' } };
  step('Check the tests', 0, { content: 'Half of them are there.', toolCalls: [reading] });
  step('Dig deeper', 0, { content: 'Dug.' });
  step('Write the notes', 0, { content: 'Written.' });
});
afterAll(() => server[Symbol.asyncDispose]());

const editor = useEditor({
  env: () => ({ ANTHROPIC_API_KEY: 'key', ANTHROPIC_BASE_URL: server.url }),
  files: {
    'notes.md': 'notes\n',
    '.amplifier/settings.yaml': stringify({ provider: 'anthropic', model: 'claude-test-1' }),
    '.amplifier/agents/scout.md': agent('scout', { agents: ['digger'] }),
    '.amplifier/agents/digger.md': agent('digger', { agents: 'none' }),
    '.amplifier/agents/checker.md': agent('checker', {
      agents: 'none',
      budget: { tokens: 10_500 },
    }),
    '.amplifier/agents/writer.md': agent('writer', { agents: 'none' }),
  },
});

test('each agent is counted and paid for one by one, and one ends at its limit', async () => {
  const prices = { anthropic: { 'claude-test-1': { per_1m: { prompt: 3, completion: 15 } } } };
  fs.writeFileSync(path.join(editor.profile.amplifierHome, 'prices.yaml'), stringify(prices));
  const chat = chatPage(await openChat(editor.page));
  await setSidebarWidth(editor.page, 600);
  await chat.send('Plan the release');
  await chat.shows('The release is planned.');

  await chat.frame.getByText(/\$0\.36 · details/).click();
  const figures = chat.frame.getByRole('group', { name: 'What the turn took' });
  for (const name of ['build', 'scout', 'digger', 'checker', 'writer'])
    await figures.getByRole('rowheader', { name, exact: true }).waitFor();
  await chat.frame
    .locator('.delegation > .disclosure-line', { hasText: 'checker' })
    .getByText(/limit/i)
    .waitFor();
  await screenshot(editor.page, 'costs of a tree dark 600');
  await setTheme(editor.page, 'light');
  await setSidebarWidth(editor.page, 300);
  await screenshot(editor.page, 'costs of a tree light 300');

  const ends = stored();
  const shares = ends
    .get('build')!
    .summary.agents.map((share) => [share.agent, share.requests, share.cost_usd]);
  expect(Object.fromEntries(shares.map(([name, ...rest]) => [name, rest]))).toEqual({
    build: [3, expect.closeTo(3 * PRICE)],
    scout: [2, expect.closeTo(2 * PRICE)],
    digger: [1, expect.closeTo(PRICE)],
    checker: [1, expect.closeTo(PRICE)],
    writer: [1, expect.closeTo(PRICE)],
  });
  expect(ends.get('build')!.summary).toMatchObject({
    cost_usd: expect.closeTo(8 * PRICE),
    input_tokens: 80_000,
  });
  // What it delegated is counted for it, too.
  expect(ends.get('scout')!.summary.cost_usd).toBeCloseTo(3 * PRICE);
  expect([...ends].map(([name, { status }]) => [name, status]).toSorted()).toEqual([
    ['build', 'completed'],
    ['checker', 'limit'],
    ['digger', 'completed'],
    ['scout', 'completed'],
    ['writer', 'completed'],
  ]);
});

/** How the turns of the sessions on disk ended, by agent. */
function stored(): Map<string, EventOf<'turn.finished'>> {
  const projects = path.join(editor.profile.amplifierHome, 'projects');
  const logs = fs
    .readdirSync(projects, { recursive: true, encoding: 'utf8' })
    .filter((file) => path.basename(file) === 'events.jsonl');
  const events = logs.flatMap((file) =>
    fs
      .readFileSync(path.join(projects, file), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as SessionEvent),
  );
  return new Map(events.flatMap((event) => (event.type === 'turn.finished' ? [[event.agent, event]] : [])));
}
