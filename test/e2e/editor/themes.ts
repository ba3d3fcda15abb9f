/** The four looks of the workbench that everything has to work in, and switching between them. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { palette, quickPick } from './workbench.ts';

/** Each theme's name in the picker, its id, and the class that the workbench then carries. */
const themes = {
  dark: {
    label: 'Dark Modern',
    id: 'Dark Modern',
    className: 'vscode-theme-defaults-themes-dark_modern-json',
  },
  light: {
    label: 'Light Modern',
    id: 'Light Modern',
    className: 'vscode-theme-defaults-themes-light_modern-json',
  },
  'high-contrast': {
    label: 'Dark High Contrast',
    id: 'Default High Contrast',
    className: 'vscode-theme-defaults-themes-hc_black-json',
  },
  'high-contrast-light': {
    label: 'Light High Contrast',
    id: 'Default High Contrast Light',
    className: 'vscode-theme-defaults-themes-hc_light-json',
  },
} as const;

export type Theme = keyof typeof themes;
export const allThemes = Object.keys(themes) as Theme[];

/** Picks a theme as a person does, and waits until the workbench and every webview in it have it. */
export async function setTheme(page: Page, theme: Theme): Promise<void> {
  const { label, id, className } = themes[theme];
  const workbench = page.locator(`.monaco-workbench.${className}`);
  if (!(await workbench.isVisible())) {
    // Not by the settings file: the workbench in a browser does not watch it.
    await palette(page, 'Preferences: Color Theme');
    await page.locator('.quick-input-widget input').first().fill(label);
    await quickPick(page, label).click();
    await workbench.waitFor();
  }
  for (const frame of await page.locator('iframe.webview.ready').all()) {
    const body = frame.contentFrame().frameLocator('#active-frame').locator('body');
    await expect.poll(() => body.getAttribute('data-vscode-theme-id')).toBe(id);
  }
}
