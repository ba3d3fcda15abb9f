/** What a person does in the workbench, as functions of its page: open the chat, use the palette, change its look. */

import { errors, type FrameLocator, type Locator, type Page } from 'playwright-core';
import { expect } from 'vitest';

/** How close to the wished width a dragged side bar has to come, in CSS pixels. */
const WIDTH_TOLERANCE = 2;
/** How long a quick pick may take to follow what is typed. */
const QUICK_PICK_UPDATE_MS = 1_000;
/** A click that was done and is only not confirmed yet, as the command keeps the page busy, must not be done again. */
const CLICK_MS = 8_000;
/** How long a command may take to be there at all, right after the workbench opened. */
const COMMAND_LIMIT_MS = 30_000;

/** Shows Patchbay's chat in the side bar, whether or not it is there already, and gives its inside. */
export async function openChat(page: Page): Promise<FrameLocator> {
  // By the command, because a click on the icon of a view that is about to be shown hides it.
  await activityBarIcon(page).waitFor();
  await palette(page, 'Patchbay: Focus on Chat View');
  return chatView(page);
}

/** Patchbay's icon in the activity bar; it is there when the extension's contributions are. */
export function activityBarIcon(page: Page): Locator {
  return page.locator('.activitybar .action-item [aria-label^="Patchbay"]').first();
}

/** The inside of the chat in the side bar, once it is shown. After a reload or a hidden side bar, ask again. */
export function chatView(page: Page): Promise<FrameLocator> {
  return webviewIn(page, '.part.sidebar');
}

/** The inside of the Patchbay tab that is in front in the editor area, once it is shown. */
export function editorTab(page: Page): Promise<FrameLocator> {
  return webviewIn(page, '.part.editor');
}

/** Runs a command by its full title, such as 'Patchbay: New session'. */
export async function palette(page: Page, title: string): Promise<void> {
  const box = page.locator('.quick-input-widget input').first();
  const row = quickPick(page, title);
  // Again as long as needed: a key that is pressed while a webview has the focus and is not loaded yet is lost, a view
  // that takes the focus closes the palette, and the open list does not learn of a new command by itself.
  await until(`the palette should run "${title}"`, async () => {
    if (!(await box.isVisible())) await page.keyboard.press('F1');
    const limit = { timeout: QUICK_PICK_UPDATE_MS };
    try {
      await box.fill('>', limit);
      await box.fill(`>${title}`, limit);
      await row.waitFor(limit);
      await row.click({ timeout: CLICK_MS });
      return true;
    } catch (thrown) {
      if (thrown instanceof errors.TimeoutError) return false;
      throw thrown;
    }
  });
}

/** The row of an open quick pick with exactly this label. */
export function quickPick(page: Page, label: string): Locator {
  const name = page.locator('.quick-input-list .monaco-list-row .label-name');
  return name.filter({ hasText: new RegExp(`^\\s*${escapeForPattern(label)}\\s*$`) }).first();
}

/** A notification that shows this text. */
export function notification(page: Page, text: string): Locator {
  return page.locator('.notification-toast', { hasText: text }).first();
}

/**
 * Opens the list of all notifications and gives a place in it by its text. Of more than three in 800 ms the workbench
 * shows no toast; the list has them.
 */
export async function notificationList(page: Page): Promise<(text: string) => Locator> {
  await palette(page, 'Notifications: Show Notifications');
  const list = page.locator('.notifications-center.visible');
  await list.waitFor();
  return (text) => list.locator('.notification-list-item', { hasText: text }).first();
}

/** Drags the edge of the side bar until it is this wide, in CSS pixels (170 at least). */
export async function setSidebarWidth(page: Page, width: number): Promise<void> {
  const sidebar = page.locator('.part.sidebar');
  const { x, y, width: before, height } = await boxOf(sidebar);
  const edge = x + before;
  const middle = y + height / 2;
  await page.mouse.move(edge, middle);
  await page.mouse.down();
  await page.mouse.move(edge + (width - before) / 2, middle);
  await page.mouse.move(edge + (width - before), middle);
  await page.mouse.up();
  // Away from the edge, which is coloured while the pointer is over it.
  await page.mouse.move(0, 0);
  await expect
    .poll(async () => Math.abs((await boxOf(sidebar)).width - width))
    .toBeLessThanOrEqual(WIDTH_TOLERANCE);
}

/**
 * The inside of our webview that lies in a part of the workbench. The frames are not below the part in the
 * document, only above it on the screen; which one it is, is then known by its own id.
 */
async function webviewIn(page: Page, part: string): Promise<FrameLocator> {
  const handle = await page.waitForFunction(
    ({ part, frames }) => {
      const area = document.querySelector(part)?.getBoundingClientRect();
      const isInArea = ({ left, top, width, height }: DOMRect) =>
        area &&
        width > 0 &&
        left >= area.left - 1 &&
        left + width <= area.right + 1 &&
        top + height / 2 < area.bottom;
      const inArea = [...document.querySelectorAll<HTMLIFrameElement>(frames)].find(
        (frame) =>
          isInArea(frame.getBoundingClientRect()) && getComputedStyle(frame).visibility === 'visible',
      );
      return inArea && new URL(inArea.src).searchParams.get('id');
    },
    { part, frames: 'iframe.webview.ready[src*="extensionId=patchbay.patchbay"]' },
  );
  const id = await handle.jsonValue();
  // A webview is a frame in a frame; the outer one belongs to the workbench.
  return page.frameLocator(`iframe.webview[src*="id=${id}&"]`).frameLocator('#active-frame');
}

function until(message: string, isDone: () => Promise<boolean>): Promise<void> {
  return expect.poll(isDone, { timeout: COMMAND_LIMIT_MS, message }).toBe(true);
}

async function boxOf(element: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await element.boundingBox();
  if (!box) throw new Error(`${element} is not on the screen`);
  return box;
}

function escapeForPattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
