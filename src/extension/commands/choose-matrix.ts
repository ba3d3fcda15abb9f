/** Choosing the routing matrix: what each would use for ordinary work is shown before it is chosen. */
import * as vscode from 'vscode';
import type { EditorHost } from '../editor-host.ts';
import { saveModelChoice } from '../editor-settings.ts';

export async function chooseMatrix(host: EditorHost): Promise<void> {
  const { matrixLines } = await import('../../host/routing-report.ts');
  const around = await host.surroundings();
  const request = {
    cwd: host.cwd ?? host.home,
    trusted: vscode.workspace.isTrusted,
    overrides: host.settings,
  };
  const { lines, diagnostics } = await matrixLines(around, request);
  for (const { file, line, message } of diagnostics) host.log.warn(`${file}:${line ?? 1}: ${message}`);
  const items = lines.map(({ name, description, isActive, file }) => ({
    label: isActive ? `$(check) ${name}` : name,
    description,
    detail: file,
    name,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Routing matrix'),
    placeHolder: vscode.l10n.t('Which models do which kind of work?'),
    matchOnDescription: true,
  });
  if (!chosen) return;
  const { homeSettingsFile } = await import('../../definitions/settings.ts');
  const { changeSetting } = await import('../../host/change-settings.ts');
  await changeSetting(homeSettingsFile(host.home), ['routing', 'matrix'], chosen.name);
  const active = (await matrixLines(around, request)).lines.find(({ isActive }) => isActive)?.name;
  if (active !== chosen.name) {
    const text = vscode.l10n.t('In this folder “{0}” still counts: its own settings name it.', active ?? '');
    void vscode.window.showWarningMessage(text);
    return;
  }
  await offerMatrixForAll(host);
}

/** A model chosen by hand goes before the matrix, which would then only serve agents with a role. */
async function offerMatrixForAll(host: EditorHost): Promise<void> {
  const { provider, model } = host.settings;
  if (provider === undefined && model === undefined) return;
  const clear = vscode.l10n.t('Let the matrix choose');
  const text = vscode.l10n.t(
    'Work without a role still goes to {0}, as you selected it.',
    [provider, model].filter(Boolean).join(' → '),
  );
  if ((await vscode.window.showInformationMessage(text, clear)) === clear) {
    await saveModelChoice(undefined, undefined);
  }
}
