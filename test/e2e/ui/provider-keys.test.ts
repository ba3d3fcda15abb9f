/** Adding a key: tried with a real call, stored only when it works, and used from then on. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { screenshot } from '../editor/artifacts.ts';
import { notification, openChat, palette, quickPick } from '../editor/workbench.ts';
import { chatPage } from './chat-page.ts';
import { useEditor } from './use-editor.ts';

const MODELS = {
  data: [{ type: 'model', id: 'claude-test-1', display_name: 'Test', created_at: '2026-01-01T00:00:00Z' }],
  has_more: false,
};
const keys: unknown[] = [];
const server = http.createServer((request, response) => {
  const key = request.headers['x-api-key'];
  keys.push(key);
  request.resume();
  response.writeHead(key === 'good-key' ? 200 : 401, { 'content-type': 'application/json' });
  const refused = { type: 'error', error: { type: 'authentication_error', message: 'invalid x-api-key' } };
  response.end(JSON.stringify(key === 'good-key' ? MODELS : refused));
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  server.close();
});
const editor = useEditor({
  env: () => ({ ANTHROPIC_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }),
});
const input = () => editor.page.locator('.quick-input-widget input').first();

test('a key is tried, refused with the reason, tried again and stored', async () => {
  const chat = chatPage(await openChat(editor.page));
  await chat.frame.getByText('scripted demonstration').first().waitFor();
  await palette(editor.page, 'Patchbay: Add provider key…');
  await quickPick(editor.page, 'Anthropic').click();
  await input().fill('bad-key');
  await editor.page.keyboard.press('Enter');
  await editor.page.locator('.quick-input-message', { hasText: 'Try another key' }).waitFor();
  await screenshot(editor.page, 'key refused');
  expect(keys).toContain('bad-key');

  await input().fill('good-key');
  await editor.page.keyboard.press('Enter');
  await notification(editor.page, 'works and is stored').waitFor();
  await chat.frame.getByText('anthropic').first().waitFor();
});

test('the model picker lists what the provider offers, and the choice is used', async () => {
  const chat = chatPage(await openChat(editor.page));
  await palette(editor.page, 'Patchbay: Select model…');
  await quickPick(editor.page, 'claude-test-1').click();
  await chat.frame.getByText('claude-test-1').first().waitFor();
});
