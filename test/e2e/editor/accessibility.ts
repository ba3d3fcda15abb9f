/** The automated part of the accessibility check: axe, run inside a webview. */
import axe from 'axe-core';
import type { FrameLocator } from 'playwright-core';

/** One rule that is broken, and the elements that break it. */
export interface Violation {
  readonly rule: string;
  readonly impact: string;
  readonly help: string;
  readonly elements: readonly string[];
}

/**
 * What axe finds wrong in a webview, with the rules of WCAG 2.2 A and AA and axe's best practices.
 * @param rulesOff rules that do not apply to a page in a panel, by name
 */
export async function accessibilityViolations(
  webview: FrameLocator,
  rulesOff: readonly string[] = [],
): Promise<Violation[]> {
  const root = webview.locator('html');
  // A webview's page is transparent; axe has to see the colour that the workbench has behind it.
  await root.evaluate((page) => {
    page.style.backgroundColor = 'var(--vscode-sideBar-background)';
  });
  // Evaluated by the browser's debugger, which the page's content security policy does not concern.
  await root.evaluate((_, source) => void new Function(source)(), axe.source);
  const results = await root.evaluate(async (_, off) => {
    const { axe } = globalThis as unknown as { axe: typeof import('axe-core') };
    return axe.run(document, { rules: Object.fromEntries(off.map((rule) => [rule, { enabled: false }])) });
  }, rulesOff);
  return results.violations.map(({ id, impact, help, nodes }) => ({
    rule: id,
    impact: impact ?? 'unknown',
    help,
    elements: nodes.map(({ html }) => html),
  }));
}
