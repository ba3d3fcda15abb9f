/** The list of the folder's sessions: newest first, live while they run, opened by a click. */
import * as vscode from 'vscode';
import type { SessionHead } from '../protocol/session-head.ts';
import { subtree, treeOf } from '../session/head-tree.ts';
import type { EditorHost } from './editor-host.ts';

const PHASE_ICONS: Record<SessionHead['phase'], string> = {
  idle: 'comment-discussion',
  starting: 'sync~spin',
  model: 'sync~spin',
  tools: 'tools',
  approval: 'bell-dot',
  stopping: 'debug-stop',
  interrupted: 'debug-disconnect',
  failed: 'error',
};

export class SessionsView implements vscode.TreeDataProvider<SessionHead>, vscode.Disposable {
  readonly #host: EditorHost;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #disposables: vscode.Disposable[];
  readonly onDidChangeTreeData = this.#changed.event;
  /** Ids of sessions that delegated. */
  #parents: ReadonlySet<string | undefined> = new Set();

  constructor(host: EditorHost) {
    this.#host = host;
    const view = vscode.window.createTreeView('patchbay.sessions', { treeDataProvider: this });
    // Heads change with every event; the list shows only what these fields say.
    let shown = '';
    this.#disposables = [
      view,
      this.#changed,
      host.onSessionChanged((head) => {
        const now = `${head.session_id} ${head.phase} ${head.title}`;
        if (now !== shown) this.#changed.fire();
        shown = now;
      }),
      // Terminals and other windows change them too.
      view.onDidChangeVisibility(({ visible }) => visible && this.#changed.fire()),
      vscode.commands.registerCommand('patchbay.refreshSessions', () => this.#changed.fire()),
    ];
  }

  /** The folder's sessions; below each what it delegated. */
  async getChildren(parent?: SessionHead): Promise<SessionHead[]> {
    const { cwd } = this.#host;
    if (cwd === undefined) return [];
    const { heads, problems } = await (await this.#host.get()).sessions.list({ cwd });
    for (const problem of problems) this.#host.log.warn(problem);
    this.#parents = new Set(heads.map(({ parent_id }) => parent_id));
    const nodes = parent ? subtree(heads, parent.session_id)?.children : treeOf(heads);
    return (nodes ?? []).map(({ head }) => head);
  }

  getTreeItem(head: SessionHead): vscode.TreeItem {
    const { Collapsed, None } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(head.title, this.#parents.has(head.session_id) ? Collapsed : None);
    item.id = head.session_id;
    // One that runs, and not here, runs in another process: it is shown as of when the list was read.
    const isElsewhere = head.turn_started_at !== undefined && !this.#host.isOpen(head.session_id);
    const when = isElsewhere
      ? vscode.l10n.t('at work in another window or terminal')
      : new Date(head.updated_at).toLocaleString();
    item.description = `${head.agent} · ${when}`;
    item.tooltip = `${head.title}\n${head.session_id}`;
    item.iconPath = new vscode.ThemeIcon(PHASE_ICONS[head.phase]);
    item.contextValue = 'session';
    item.command = {
      command: 'patchbay.openSession',
      title: vscode.l10n.t('Open'),
      arguments: [head.session_id],
    };
    return item;
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }
}
