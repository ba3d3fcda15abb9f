/**
 * The services that live now, and those of each session's last turn, by session (RT-35). Looks at them only
 * while it is shown.
 */
import * as vscode from 'vscode';
import { isLiving, type ServiceStatus } from '../../protocol/service-status.ts';
import type { EditorHost } from '../editor-host.ts';
import { serviceItem } from './service-item.ts';

/** Services that belong together: a session's, the spares, and those of nobody. */
interface Group {
  readonly key: string;
  readonly title: string;
  readonly services: readonly ServiceStatus[];
}
type Node = Group | ServiceStatus;

export class ServicesView implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly #host: EditorHost;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #view: vscode.TreeView<Node>;
  readonly #shown: vscode.Disposable;
  #looking: Promise<Disposable> | undefined;
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(host: EditorHost) {
    this.#host = host;
    this.#view = vscode.window.createTreeView('patchbay.services', { treeDataProvider: this });
    this.#shown = this.#view.onDidChangeVisibility(({ visible }) => this.#setVisible(visible));
    this.#setVisible(this.#view.visible);
  }

  /** The service the person has selected in the view. */
  get selected(): ServiceStatus | undefined {
    const [node] = this.#view.selection;
    return node && !isGroup(node) ? node : undefined;
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (node) return isGroup(node) ? [...node.services] : [];
    return groups((await this.#host.get()).services.list());
  }

  getTreeItem(node: Node): vscode.TreeItem {
    return isGroup(node) ? groupItem(node) : serviceItem(node);
  }

  dispose(): void {
    this.#setVisible(false);
    this.#shown.dispose();
    this.#view.dispose();
    this.#changed.dispose();
  }

  #setVisible(isVisible: boolean): void {
    if (isVisible) this.#looking ??= this.#look();
    else {
      void this.#looking?.then((looking) => looking[Symbol.dispose]());
      this.#looking = undefined;
    }
  }

  async #look(): Promise<Disposable> {
    const { services } = await this.#host.get();
    this.#changed.fire();
    return services.onChange(() => this.#changed.fire());
  }
}

function isGroup(node: Node): node is Group {
  return 'services' in node;
}

/** Sessions in which something runs come first, what waits for a turn last. */
function groups(all: readonly ServiceStatus[]): Group[] {
  const found = new Map<string, ServiceStatus[]>();
  for (const status of all) {
    const key = status.session_id ?? (status.state === 'spare' ? 'spares' : 'nobody');
    found.set(key, [...(found.get(key) ?? []), status]);
  }
  const rank = ({ key, services }: Group) =>
    key === 'spares' ? 3 : key === 'nobody' ? 2 : services.some(isLiving) ? 0 : 1;
  return [...found]
    .map(([key, services]) => ({ key, title: groupTitle(key, services), services }))
    .sort((a, b) => rank(a) - rank(b));
}

function groupTitle(key: string, services: readonly ServiceStatus[]): string {
  if (key === 'spares') return vscode.l10n.t('Ready for the next turn');
  if (key === 'nobody') return vscode.l10n.t('Outside of a session');
  return services[0]?.session_title ?? key;
}

function groupItem({ key, title, services }: Group): vscode.TreeItem {
  const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(title, key === 'spares' ? Collapsed : Expanded);
  item.id = key;
  const running = services.filter(isLiving).length;
  item.description = vscode.l10n.t('{0} running', running);
  const spoken = vscode.l10n.t('{0} of {1} services running', running, services.length);
  item.tooltip = `${title}\n${spoken}`;
  item.accessibilityInformation = { label: `${title}, ${spoken}` };
  item.contextValue = 'services';
  return item;
}
