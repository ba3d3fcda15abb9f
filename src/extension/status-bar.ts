/** One item: how many turns run and how many questions wait. A click goes to the chat. */
import * as vscode from 'vscode';
import type { SessionHead } from '../protocol/session-head.ts';
import type { EditorHost } from './editor-host.ts';

export class StatusBar implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem('patchbay.status', vscode.StatusBarAlignment.Right, 50);
  readonly #heads = new Map<string, SessionHead>();
  readonly #listening: vscode.Disposable;

  constructor(host: EditorHost) {
    this.#item.name = 'Patchbay';
    this.#item.command = 'patchbay.focusChat';
    this.#listening = host.onSessionChanged((head) => {
      this.#heads.set(head.session_id, head);
      this.#show();
    });
  }

  dispose(): void {
    this.#listening.dispose();
    this.#item.dispose();
  }

  #show(): void {
    const heads = [...this.#heads.values()];
    const waiting = heads.reduce((sum, head) => sum + head.pending_approvals.length, 0);
    const running = heads.filter((head) => head.turn_started_at !== undefined).length;
    if (waiting > 0) {
      this.#item.text = `$(bell-dot) ${vscode.l10n.t('{0} waiting', waiting)}`;
      this.#item.tooltip = vscode.l10n.t('Patchbay: {0} approvals wait for you', waiting);
      this.#item.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
    } else {
      this.#item.text = `$(plug) ${vscode.l10n.t('{0} running', running)}`;
      this.#item.tooltip = vscode.l10n.t('Patchbay: {0} turns are running', running);
      this.#item.backgroundColor = undefined;
    }
    if (waiting + running > 0) this.#item.show();
    else this.#item.hide();
  }
}
