/** Sessions work in a folder: says so, and offers to open one. */
import * as vscode from 'vscode';

export function askForFolder(): void {
  const open = vscode.l10n.t('Open Folder');
  void vscode.window
    .showInformationMessage(vscode.l10n.t('Patchbay works in a folder.'), open)
    .then((choice) => {
      if (choice === open) return vscode.commands.executeCommand('workbench.action.files.openFolder');
      return undefined;
    });
}
