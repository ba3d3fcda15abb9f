/** "Service permissions…": what the person allowed services that are not ours, to be looked at and taken back (RT-8). */
import * as vscode from 'vscode';
import { asksFor } from '../../host/permissions/permission-words.ts';
import type { Decision } from '../../host/permissions/trust-file.ts';
import type { EditorHost } from '../editor-host.ts';

export async function reviewPermissions(host: EditorHost): Promise<void> {
  const { admissions } = await host.get();
  const decisions = await admissions.store.all();
  if (decisions.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t(
        'Nothing was decided yet. A service that is not ours is asked about before it first runs.',
      ),
    );
    return;
  }
  const title = vscode.l10n.t('Services you decided about');
  const chosen = await vscode.window.showQuickPick(decisions.toReversed().map(itemOf), {
    title,
    placeHolder: vscode.l10n.t('Choose one to take the decision back'),
    matchOnDetail: true,
  });
  if (!chosen) return;
  const { name } = chosen.decision;
  const forget = vscode.l10n.t('Ask again');
  const message = vscode.l10n.t(
    'Take back everything decided about service "{0}"? It is asked about when it next runs.',
    name,
  );
  if ((await vscode.window.showWarningMessage(message, forget)) !== forget) return;
  await admissions.forget(name);
}

function itemOf(decision: Decision) {
  const { name, answer, origin, permissions, version, print, at } = decision;
  const asks = asksFor(permissions).join('; ') || vscode.l10n.t('nothing beyond its own files');
  const which = [version, print.slice(0, 12), at.slice(0, 10)].filter((part) => part !== undefined);
  return {
    label: name,
    description: [answer === 'allow' ? vscode.l10n.t('allowed') : vscode.l10n.t('denied'), ...which].join(
      ' · ',
    ),
    detail: `${asks} · ${origin}`,
    decision,
  };
}
