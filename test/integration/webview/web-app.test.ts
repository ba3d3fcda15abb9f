/** The built web app in a real browser: its security policy, its scrolling and its size in the page. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ToChat } from '../../../src/protocol/chat.ts';
import type { SessionEvent } from '../../../src/protocol/events.ts';
import { SESSION, SessionScript } from '../../unit/webview/session-script.ts';
import { startWebApp, type WebApp, type WebAppHost } from './web-app.ts';

let host: WebAppHost;
beforeAll(async () => {
  host = await startWebApp();
});
afterAll(() => host[Symbol.asyncDispose]());

const ANSWER = `A **bold** [link](https://example.com) to [a file](src/a.ts#L3).

| a | b |
|:-:|--:|
| 1 | 2 |

\`\`\`ts
const answer: number = 42;
\`\`\`
`;

const snapshot = (script: SessionScript, events: readonly SessionEvent[] = script.stored): ToChat => ({
  type: 'snapshot',
  head: script.head,
  events: [...events, ...script.inFlight()],
  hasOlder: events.length < script.stored.length,
});
const batch = (...events: SessionEvent[]): ToChat => ({
  type: 'events',
  sessionId: SESSION,
  frame: 7,
  events,
});

/** A turn that goes on, after so many answers. */
function long(answers: number): SessionScript {
  const script = new SessionScript();
  script.startTurn();
  script.add({ type: 'prompt', text: 'Go on' });
  for (let index = 0; index < answers; index += 1)
    script.add({
      type: 'assistant.message',
      message_id: `m${index}`,
      text: `Answer ${index}.\n\n- one\n- two`,
    });
  return script;
}

const scroller = ({ page }: WebApp) => page.locator('.timeline-scroller');
const leftPx = (app: WebApp) =>
  scroller(app).evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight);
const topOf = (app: WebApp, key: string) =>
  app.page.locator(`[data-key="${key}"]`).evaluate((element) => element.getBoundingClientRect().top);
/** Scrolls as a wheel does, and waits until it is done. */
async function wheel(app: WebApp, px: number): Promise<void> {
  const before = await scroller(app).evaluate((element) => element.scrollTop);
  await scroller(app).hover();
  await app.page.mouse.wheel(0, px);
  await expect.poll(() => scroller(app).evaluate((element) => element.scrollTop)).not.toBe(before);
}

describe('under the strict content security policy', () => {
  it('everything is shown, tables and coloured code too, and nothing is refused', async () => {
    const app = await host.open();
    const script = long(1);
    script.add({ type: 'assistant.message', message_id: 'last', text: ANSWER });
    await app.receive(snapshot(script));
    await app.page.locator('.hljs-keyword').waitFor();
    expect(await app.page.locator('td.md-right').count()).toBe(1);
    // The toolkit's style sheets are in effect.
    const shown = app.page.locator('vscode-button').first();
    await expect.poll(() => shown.evaluate((element) => getComputedStyle(element).cursor)).toBe('pointer');
    expect(app.refused).toEqual([]);
  });

  it('links are followed by the host only', async () => {
    const app = await host.open();
    const script = long(0);
    script.add({ type: 'assistant.message', message_id: 'last', text: ANSWER });
    await app.receive(snapshot(script));
    await app.page.getByRole('link', { name: 'link' }).click();
    await app.page.getByRole('link', { name: 'a file' }).click({ button: 'middle' });
    expect(await app.sent()).toEqual([
      { type: 'openLink', url: 'https://example.com' },
      { type: 'openFile', path: 'src/a.ts', line: 3 },
    ]);
    expect(app.page.url()).toMatch(/^http:\/\/127\.0\.0\.1/);
  });
});

it('a batch is acknowledged once it was drawn', async () => {
  const app = await host.open();
  const script = long(1);
  await app.receive(snapshot(script), batch(script.say('m9', 'Hello')));
  await app.page.getByText('Hello').waitFor();
  await expect.poll(() => app.sent()).toEqual([{ type: 'ack', frame: 7, sessionId: SESSION }]);
});

describe('the end of the timeline', () => {
  it('is followed while text streams', async () => {
    const app = await host.open();
    const script = long(30);
    await app.receive(snapshot(script));
    await app.page.getByText('Answer 29.').waitFor();
    for (let index = 0; index < 20; index += 1)
      await app.receive(batch(script.say('live', `Line ${index} of an answer.\n\n`)));
    await app.page.getByText('Line 19 of an answer.').waitFor();
    await expect.poll(() => leftPx(app)).toBeLessThan(2);
  });

  it('is left by scrolling up; then nothing moves, and a button leads back', async () => {
    const app = await host.open();
    const script = long(30);
    await app.receive(snapshot(script));
    await app.page.getByText('Answer 29.').waitFor();
    await wheel(app, -500);
    await app.page.getByRole('button', { name: 'To the end' }).waitFor();
    const key = (await app.page.locator('.row').nth(-6).getAttribute('data-key'))!;
    const before = await topOf(app, key);
    for (let index = 0; index < 20; index += 1) {
      const notice = script.add({ type: 'notice', level: 'info', text: `Notice ${index}` });
      await app.receive(batch(notice, script.say('live', 'More words here. ')));
    }
    await app.page.getByRole('button', { name: 'New below' }).waitFor();
    expect(await topOf(app, key)).toBe(before);
    await app.page.getByRole('button', { name: 'New below' }).click();
    await expect.poll(() => leftPx(app)).toBeLessThan(2);
  });
});

it('older rows are asked for near the top and put before without moving what is seen', async () => {
  const app = await host.open();
  const script = long(200);
  const shown = script.stored.slice(-60);
  await app.receive(snapshot(script, shown));
  await app.page.getByText('Answer 199.').waitFor();
  await app.sent();
  await scroller(app).evaluate((element) => {
    element.scrollTop = 0;
  });
  const request = { type: 'older', sessionId: SESSION, beforeSeq: shown[0]!.seq } as const;
  await expect.poll(() => app.sent()).toContainEqual(request);
  const key = `text:m${200 - 60}`;
  const before = await topOf(app, key);
  const events = script.stored.slice(0, -60);
  await app.receive({ type: 'older', sessionId: SESSION, events, hasOlder: false });
  await expect.poll(() => scroller(app).evaluate((element) => element.scrollTop)).toBeGreaterThan(500);
  // The line above the first row, which says that there are older ones, is gone.
  await expect.poll(async () => Math.abs((await topOf(app, key)) - before)).toBeLessThan(2);
});

it('of ten thousand rows only those near what is seen are in the page (P11)', async () => {
  const app = await host.open();
  await app.receive(snapshot(long(10_000)));
  await app.page.getByText('Answer 9999.').waitFor();
  expect(await app.page.locator('.row').count()).toBeLessThan(150);
  await scroller(app).evaluate((element) => {
    element.scrollTop = 0;
  });
  await app.page.getByText('Answer 0.').waitFor();
  await expect.poll(() => app.page.locator('.row').count()).toBeLessThan(250);
});

it('the menu of a row works by keyboard and says who did it', async () => {
  const app = await host.open();
  await app.receive(snapshot(long(1)));
  const row = app.page.locator('.row-message');
  await row.getByRole('button', { name: 'More about this row' }).focus();
  await app.page.keyboard.press('Enter');
  await app.page.getByRole('menuitem', { name: 'Copy' }).waitFor();
  expect(await app.page.locator('.menu-details').textContent()).toContain('anthropic → sonnet');
  await app.page.keyboard.press('ArrowDown');
  await app.page.keyboard.press('Enter');
  expect(await app.sent()).toEqual([{ type: 'showEvent', seq: 3 }]);
  await expect.poll(() => app.page.getByRole('menu').count()).toBe(0);
});
