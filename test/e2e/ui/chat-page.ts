/** What a person finds in the chat, by what it says and not by how it is made. */
import type { FrameLocator, Locator } from 'playwright-core';

/** How long a scripted turn may take, services and all. */
const TURN_MS = 40_000;

export interface ChatPage {
  readonly frame: FrameLocator;
  readonly composer: Locator;
  /** The card of a question that waits, by a text on it. */
  card(text: string | RegExp): Locator;
  /** The timeline, where rows are. */
  readonly timeline: Locator;
  send(prompt: string): Promise<void>;
  /** Waits until a text is somewhere in the timeline. */
  shows(text: string | RegExp): Promise<void>;
}

export function chatPage(frame: FrameLocator): ChatPage {
  const composer = frame.getByRole('textbox', { name: 'Prompt' });
  const timeline = frame.locator('main').first();
  return {
    frame,
    composer,
    timeline,
    card: (text) => frame.getByRole('group', { name: /asks:/ }).filter({ hasText: text }).last(),
    async send(prompt) {
      await composer.fill(prompt);
      await composer.press('Enter');
    },
    shows: (text) => timeline.getByText(text).first().waitFor({ timeout: TURN_MS }),
  };
}
