/** A file that the timeline names, opened in the editor. */
import * as vscode from 'vscode';

/** @param path absolute, or from the workspace's folder. @param line from 1. The person is told when it cannot be opened. */
export async function openFile(path: string, line: number | undefined): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const isAbsolute = /^([a-zA-Z]:[\\/]|[\\/])/.test(path);
  const uri = isAbsolute || !folder ? vscode.Uri.file(path) : vscode.Uri.joinPath(folder, path);
  try {
    const position = new vscode.Position(Math.max(0, (line ?? 1) - 1), 0);
    await vscode.window.showTextDocument(uri, {
      selection: new vscode.Range(position, position),
      preview: true,
    });
  } catch {
    void vscode.window.showWarningMessage(
      vscode.l10n.t('“{0}” cannot be opened. It may have been moved.', path),
    );
  }
}
