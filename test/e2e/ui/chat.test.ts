/** A person's paths through the chat, with a model server speaking a provider's real wire format. */
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ModelServer, startModelServer } from '../../builders/model-server.ts';
import { screenshot } from '../editor/artifacts.ts';
import { openChat, palette, quickPick } from '../editor/workbench.ts';
import { chatPage } from './chat-page.ts';
import { useEditor } from './use-editor.ts';

let server: ModelServer;
beforeAll(async () => {
  server = await startModelServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const editor = useEditor({
  files: { 'one.txt': 'the first file\n', 'two.txt': 'the second file\n' },
  env: () => ({ ANTHROPIC_API_KEY: 'sk-test', ANTHROPIC_BASE_URL: server.url }),
});
const read = (name: string) => fs.readFileSync(path.join(editor.workspace, name), 'utf8');
const open = async () => chatPage(await openChat(editor.page));
/** What the model was told last: the text of the last request. */
const lastRequest = () => JSON.stringify(server.sent.at(-1)?.body);
const call = (id: string, name: string, input: Record<string, unknown>) => ({ id, name, arguments: input });

test('a prompt calls two tools in parallel and streams the answer (RT-13, RT-41)', async () => {
  server.mock.on(
    { userMessage: 'compare', hasToolResult: false },
    {
      content: 'I read both.',
      toolCalls: [
        call('toolu_a', 'read_file', { file_path: 'one.txt' }),
        call('toolu_b', 'read_file', { file_path: 'two.txt' }),
      ],
    },
  );
  server.mock.on(
    { userMessage: 'compare', hasToolResult: true },
    { content: 'They **differ** in one word.' },
  );
  const chat = await open();
  await chat.send('compare the two files');

  await chat.shows('one.txt');
  await chat.shows('two.txt');
  await chat.shows('differ');
  expect(await chat.timeline.locator('strong', { hasText: 'differ' }).count()).toBe(1);
  await chat.shows(/2 tool calls/);
  expect(lastRequest()).toContain('the first file');
  expect(lastRequest()).toContain('the second file');
});

test('a write is asked for, edited on the card, allowed, and on disk as edited', async () => {
  server.mock.on(
    { userMessage: 'write it', hasToolResult: false },
    {
      toolCalls: [call('toolu_w', 'write_file', { file_path: 'new.txt', content: 'as the model wrote it' })],
    },
  );
  server.mock.on({ userMessage: 'write it', hasToolResult: true }, { content: 'It is written.' });
  const chat = await open();
  await chat.send('write it down');
  const card = chat.card('new.txt');
  await card.waitFor({ timeout: 40_000 });
  expect(fs.existsSync(path.join(editor.workspace, 'new.txt'))).toBe(false);
  await card.getByRole('button', { name: 'Edit', exact: true }).click();
  await card.getByRole('textbox').fill('as the person wants it');
  await screenshot(editor.page, 'chat write edited');
  await card.getByRole('button', { name: 'Allow edited' }).click();

  await chat.shows('It is written.');
  expect(read('new.txt')).toBe('as the person wants it');
});

test('a denied command is not run, and the model is told the reason', async () => {
  server.mock.on(
    { userMessage: 'run it', hasToolResult: false },
    { toolCalls: [call('toolu_c', 'bash', { command: 'echo hello > ran.txt' })] },
  );
  server.mock.on({ userMessage: 'run it', hasToolResult: true }, { content: 'Then I leave it.' });
  const chat = await open();
  await chat.send('run it please');
  const card = chat.card('echo hello');
  await card.waitFor({ timeout: 40_000 });
  await card.getByRole('button', { name: 'Deny…' }).click();
  await card.getByRole('textbox').fill('not on this machine');
  await card.getByRole('button', { name: 'Deny', exact: true }).click();

  await chat.shows('Then I leave it.');
  expect(lastRequest()).toContain('not on this machine');
  expect(fs.existsSync(path.join(editor.workspace, 'ran.txt'))).toBe(false);
  await screenshot(editor.page, 'chat denied');
});

test('the card is answered by keyboard alone', async () => {
  server.mock.on(
    { userMessage: 'by keys', hasToolResult: false },
    { toolCalls: [call('toolu_k', 'write_file', { file_path: 'keys.txt', content: 'typed' })] },
  );
  server.mock.on({ userMessage: 'by keys', hasToolResult: true }, { content: 'Done by keys.' });
  const chat = await open();
  await chat.send('by keys');
  const card = chat.card('keys.txt');
  await card.waitFor({ timeout: 40_000 });
  await expect
    .poll(() => card.evaluate((element) => element === element.ownerDocument.activeElement))
    .toBe(true);
  await expect
    .poll(async () => {
      await editor.page.keyboard.press('Enter');
      return fs.existsSync(path.join(editor.workspace, 'keys.txt'));
    })
    .toBe(true);
  await chat.shows('Done by keys.');
});

test('stop ends a streaming answer at once and keeps what was shown', async () => {
  const long = Array.from({ length: 400 }, (_, index) => `word${index}`).join(' ');
  server.mock.on({ userMessage: 'talk on' }, { content: long }, { streamingProfile: { tps: 20 } });
  const chat = await open();
  await chat.send('talk on');
  await chat.shows(/word10\b/);
  const began = Date.now();
  await chat.composer.press('Escape');
  await chat.frame
    .getByText(/Stopped/)
    .first()
    .waitFor();
  const took = Date.now() - began;

  expect(await server.sent.at(-1)?.ended).toBe('abandoned');
  await chat.shows(/word10\b/);
  await screenshot(editor.page, 'chat stopped');
  console.log(`stop to idle, seen in the panel: ${took} ms`);
});

test('a window reloaded in mid-turn shows everything and goes on with Resume (RT-33)', async () => {
  server.mock.on(
    { userMessage: 'before the reload', hasToolResult: false },
    {
      content: 'First I look.',
      toolCalls: [
        call('toolu_r', 'read_file', { file_path: 'one.txt' }),
        call('toolu_s', 'write_file', { file_path: 'after.txt', content: 'survived' }),
      ],
    },
  );
  server.mock.on({ userMessage: 'before the reload', hasToolResult: true }, { content: 'It went on.' });
  let chat = await open();
  await chat.send('before the reload');
  await chat.card('after.txt').waitFor({ timeout: 40_000 });
  await editor.page.reload({ waitUntil: 'domcontentloaded' });

  chat = await open();
  await chat.shows('First I look.');
  const card = chat.card('after.txt');
  await card.waitFor();
  await screenshot(editor.page, 'chat after reload');
  await card.getByRole('button', { name: 'Allow once' }).click();
  await chat.shows('It went on.');
  expect(read('after.txt')).toBe('survived');
});

test('a streaming answer cut by a reload is still there, and Resume finishes it (RT-33)', async () => {
  const long = Array.from({ length: 300 }, (_, index) => `piece${index}`).join(' ');
  let slow = true;
  server.mock.on({ userMessage: 'cut me' }, () => ({ content: slow ? long : 'Now it is complete.' }), {
    streamingProfile: { tps: 20 },
  });
  let chat = await open();
  await chat.send('cut me');
  await chat.shows(/piece20\b/);
  await editor.page.reload({ waitUntil: 'domcontentloaded' });
  slow = false;

  chat = await open();
  await chat.shows(/piece5\b/);
  await screenshot(editor.page, 'chat interrupted');
  await chat.frame
    .getByRole('button', { name: /Resume/ })
    .last()
    .click();
  await chat.shows('Now it is complete.');
});

test('a refused key is named with its remedy, the prompt comes back', async () => {
  server.mock.on(
    { userMessage: 'who am I' },
    { error: { message: 'invalid x-api-key', type: 'authentication_error' }, status: 401 },
  );
  const chat = await open();
  await chat.send('who am I');
  await chat.shows(/Add provider key/);
  await expect.poll(() => chat.composer.inputValue()).toBe('who am I');
  await screenshot(editor.page, 'chat refused key');
  await chat.composer.fill('');
});

test('several sessions: a new one is empty, the old one comes back from the list', async () => {
  const chat = await open();
  await palette(editor.page, 'Patchbay: New session');
  await chat.frame.getByRole('heading', { name: 'What should be done here?' }).waitFor();
  await palette(editor.page, 'Patchbay: Resume session…');
  await quickPick(editor.page, 'compare the two files').click();
  await chat.frame.getByRole('heading', { name: 'compare the two files' }).waitFor();
});
