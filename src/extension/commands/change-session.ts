/** What a person does with a session in the list: rename, fork, export, delete (DL-34). */
import * as vscode from 'vscode';
import type { SessionHead } from '../../protocol/session-head.ts';
import type { ExportFormat } from '../../session/export/export.ts';
import type { EditorHost } from '../editor-host.ts';

/** @throws PatchbayError `config` when another process has the session open. */
export async function renameSession(host: EditorHost, { session_id, title }: SessionHead): Promise<void> {
  const wanted = await vscode.window.showInputBox({
    title: vscode.l10n.t('Rename session'),
    value: title,
    validateInput: (text) => (text.trim() === '' ? vscode.l10n.t('A session needs a title.') : undefined),
  });
  if (wanted === undefined) return;
  const { renameSession: rename } = await import('../../session/rename.ts');
  await rename(await host.open(session_id), wanted);
  await refresh();
}

/** The id of the new session. @throws PatchbayError `config` when no turn has ended yet. */
export async function forkSession(host: EditorHost, { session_id }: SessionHead): Promise<string> {
  const { id } = await (await host.get()).sessions.fork(session_id);
  await refresh();
  return id;
}

/** @throws PatchbayError `config` when it cannot be read; Error when the file cannot be written. */
export async function exportSession(host: EditorHost, { session_id, title }: SessionHead): Promise<void> {
  const formats: readonly (vscode.QuickPickItem & { format: ExportFormat; extension: string })[] = [
    { label: 'Markdown', detail: vscode.l10n.t('To read'), format: 'markdown', extension: 'md' },
    { label: 'HTML', detail: vscode.l10n.t('One page for any browser'), format: 'html', extension: 'html' },
    { label: 'JSON', detail: vscode.l10n.t('All there is of it'), format: 'json', extension: 'json' },
  ];
  const chosen = await vscode.window.showQuickPick(formats, { title: vscode.l10n.t('Export session') });
  if (!chosen) return;
  const name = title.replaceAll(/[^\p{L}\p{N}]+/gu, '-').replaceAll(/^-+|-+$/g, '') || 'session';
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const file = `${name.slice(0, 60)}.${chosen.extension}`;
  const target = await vscode.window.showSaveDialog({
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, file) }),
    filters: { [chosen.label]: [chosen.extension] },
  });
  if (!target) return;
  const { exportSession: textOf } = await import('../../session/export/export.ts');
  const text = await textOf((await host.get()).sessions, session_id, chosen.format);
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
  const open = vscode.l10n.t('Open');
  const said = await vscode.window.showInformationMessage(vscode.l10n.t('The session is exported.'), open);
  if (said !== open) return;
  if (chosen.format === 'html') await vscode.env.openExternal(target);
  else await vscode.window.showTextDocument(target);
}

/** Asks first. @throws PatchbayError `config` when it is at work or open in another window. */
export async function deleteSession(
  host: EditorHost,
  head: SessionHead,
  beforeDelete: () => Promise<void>,
): Promise<void> {
  const yes = vscode.l10n.t('Move to Trash');
  const question = vscode.l10n.t('Delete the session “{0}” and what it delegated?', head.title);
  const detail = vscode.l10n.t('It goes to the folder “trash” in {0}.', host.home);
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) !== yes) return;
  await beforeDelete();
  const { sessions } = await host.get();
  await sessions.delete(head.session_id);
  const { emptyTrash } = await import('../../host/empty-trash.ts');
  for (const problem of (await emptyTrash(sessions, host.home)).problems) host.log.warn(problem);
  await refresh();
}

async function refresh(): Promise<void> {
  await vscode.commands.executeCommand('patchbay.refreshSessions');
}
