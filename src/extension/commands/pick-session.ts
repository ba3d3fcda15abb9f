/** Choosing one of the folder's sessions from a list. */
import * as vscode from 'vscode';
import type { SessionHead } from '../../protocol/session-head.ts';
import type { EditorHost } from '../editor-host.ts';

export async function pickSession(host: EditorHost): Promise<SessionHead | undefined> {
  const { cwd } = host;
  const { heads } = cwd === undefined ? { heads: [] } : await (await host.get()).sessions.list({ cwd });
  const roots = heads.filter(({ parent_id }) => parent_id === undefined);
  if (roots.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('There are no sessions in this folder yet.'));
    return undefined;
  }
  const items = roots.map((head) => ({
    label: head.title,
    description: head.phase === 'interrupted' ? vscode.l10n.t('interrupted') : head.agent,
    detail: `${new Date(head.updated_at).toLocaleString()} · ${vscode.l10n.t('{0} turns', head.turn_count)}`,
    head,
  }));
  const title = vscode.l10n.t('Sessions');
  return (await vscode.window.showQuickPick(items, { title, matchOnDetail: true }))?.head;
}
