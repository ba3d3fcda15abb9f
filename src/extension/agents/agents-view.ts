/** The agents by where they come from, and the files that cannot be used; live as files change (DL-6). */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { AgentSource } from '../../definitions/agents/agent.ts';
import type { CatalogEntry } from '../../definitions/agents/catalog.ts';
import { type Diagnostic, isError } from '../../definitions/diagnostic.ts';
import { asPatchbayError } from '../../protocol/errors.ts';
import { type EditorAgents, sourceLabel } from './editor-agents.ts';

export type AgentNode =
  | { readonly kind: 'group'; readonly source: AgentSource; readonly entries: readonly CatalogEntry[] }
  | { readonly kind: 'agent'; readonly entry: CatalogEntry }
  | { readonly kind: 'faults'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'fault'; readonly diagnostic: Diagnostic };

const ICONS: Readonly<Record<AgentSource, string>> = {
  environment: 'symbol-variable',
  user: 'account',
  project: 'folder',
  bundle: 'library',
  registered: 'cloud-download',
  shipped: 'package',
};

export class AgentsView implements vscode.TreeDataProvider<AgentNode>, vscode.Disposable {
  readonly #agents: EditorAgents;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #disposables: vscode.Disposable[];
  readonly #view: vscode.TreeView<AgentNode>;
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(agents: EditorAgents) {
    this.#agents = agents;
    this.#view = vscode.window.createTreeView('patchbay.agents', { treeDataProvider: this });
    this.#disposables = [this.#view, this.#changed, agents.onChanged(() => this.#changed.fire())];
  }

  get selected(): CatalogEntry | undefined {
    const [node] = this.#view.selection;
    return node?.kind === 'agent' ? node.entry : undefined;
  }

  async getChildren(node?: AgentNode): Promise<AgentNode[]> {
    switch (node?.kind) {
      case undefined:
        return this.#roots();
      case 'group':
        return node.entries.map((entry) => ({ kind: 'agent', entry }));
      case 'faults':
        return node.diagnostics.map((diagnostic) => ({ kind: 'fault', diagnostic }));
      case 'agent':
      case 'fault':
        return [];
      default:
        node satisfies never;
        return [];
    }
  }

  getTreeItem(node: AgentNode): vscode.TreeItem {
    switch (node.kind) {
      case 'group':
        return groupItem(node.source, node.entries.length);
      case 'agent':
        return agentItem(node);
      case 'faults': {
        const label = vscode.l10n.t('Cannot be used');
        const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Expanded);
        item.id = 'faults';
        item.iconPath = new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
        return item;
      }
      case 'fault':
        return faultItem(node.diagnostic);
      default:
        node satisfies never;
        return new vscode.TreeItem('');
    }
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }

  async #roots(): Promise<AgentNode[]> {
    try {
      const { groups, diagnostics } = await this.#agents.load();
      const faults = diagnostics.filter(isError);
      this.#view.message = hint(groups.some(({ source }) => source === 'project'));
      return [
        ...(faults.length > 0 ? [{ kind: 'faults' as const, diagnostics: faults }] : []),
        ...groups.map((group) => ({ kind: 'group' as const, ...group })),
      ];
    } catch (thrown) {
      const { message, remedy = '' } = asPatchbayError(thrown);
      this.#view.message = `${message} ${remedy}`.trim();
      return [];
    }
  }
}

/** What the person should know of a folder that has no agents here. */
function hint(hasProject: boolean): string | undefined {
  if (!vscode.workspace.isTrusted)
    return vscode.l10n.t('This folder is not trusted: its own agents are not read.');
  if (!vscode.workspace.workspaceFolders) return vscode.l10n.t('Open a folder to use agents of its own.');
  if (hasProject) return undefined;
  return vscode.l10n.t('This project has no agents of its own yet: “New agent…” above begins one.');
}

function groupItem(source: AgentSource, count: number): vscode.TreeItem {
  const item = new vscode.TreeItem(sourceLabel(source), vscode.TreeItemCollapsibleState.Expanded);
  item.id = source;
  item.iconPath = new vscode.ThemeIcon(ICONS[source]);
  item.description = String(count);
  const label = vscode.l10n.t('{0}: {1}', sourceLabel(source), count);
  item.accessibilityInformation = { label };
  return item;
}

function agentItem(node: AgentNode & { kind: 'agent' }): vscode.TreeItem {
  const { agent, shadows } = node.entry;
  const item = new vscode.TreeItem(agent.name);
  const about = agent.description.split('\n', 1)[0] ?? '';
  item.id = `agent ${agent.name}`;
  item.description = about;
  item.tooltip = [
    agent.description || agent.name,
    agent.file,
    ...shadows.map(({ file }) => vscode.l10n.t('shadows {0}', file)),
  ].join('\n');
  item.iconPath = new vscode.ThemeIcon(shadows.length > 0 ? 'layers' : 'person');
  item.contextValue = `agent.${agent.source}`;
  const shadowing = shadows.length > 0 ? vscode.l10n.t(', shadows another file') : '';
  item.accessibilityInformation = {
    label: `${vscode.l10n.t('{0}, agent. {1}', agent.name, about)}${shadowing}`,
  };
  item.command = { command: 'patchbay.editAgent', title: vscode.l10n.t('Edit'), arguments: [node] };
  return item;
}

function faultItem({ file, line = 1, column = 1, message, remedy }: Diagnostic): vscode.TreeItem {
  const item = new vscode.TreeItem(`${basename(file)}:${line}`);
  item.description = message;
  item.tooltip = `${file}:${line}:${column}\n${message}\n${remedy}`;
  item.iconPath = new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
  item.accessibilityInformation = { label: `${basename(file)}: ${message} ${remedy}` };
  const at = new vscode.Position(line - 1, column - 1);
  const options = { selection: new vscode.Range(at, at) };
  const title = vscode.l10n.t('Open');
  item.command = { command: 'vscode.open', title, arguments: [vscode.Uri.file(file), options] };
  return item;
}
