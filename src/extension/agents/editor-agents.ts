/** The agents of the open folder, the person and the product, read anew when a file of theirs changes (DL-6). */
import * as vscode from 'vscode';
import type { AgentSource } from '../../definitions/agents/agent.ts';
import type { AgentCatalog, CatalogEntry } from '../../definitions/agents/catalog.ts';
import type { AgentReader } from '../../definitions/agents.ts';
import type { Diagnostic } from '../../definitions/diagnostic.ts';
import type { Settings } from '../../definitions/settings-schema.ts';
import type { EditorHost } from '../editor-host.ts';

export interface LoadedAgents {
  readonly catalog: AgentCatalog;
  /** In order of precedence; those that have none are left out. */
  readonly groups: readonly { readonly source: AgentSource; readonly entries: readonly CatalogEntry[] }[];
  readonly settings: Settings;
  /** Of agent files, settings files and the sidecars beside them. */
  readonly diagnostics: readonly Diagnostic[];
}

const SOURCES: readonly AgentSource[] = ['environment', 'user', 'project', 'bundle', 'registered', 'shipped'];
/** Several files change at once when a branch is checked out. */
const PAUSE_MS = 200;

export class EditorAgents implements vscode.Disposable {
  readonly #host: EditorHost;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #disposables: vscode.Disposable[];
  #reader: AgentReader | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** A file that agents or settings are read from changed, came or went; or the folder was trusted. */
  readonly onChanged = this.#changed.event;

  constructor(host: EditorHost) {
    this.#host = host;
    this.#disposables = [
      this.#changed,
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.refresh()),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.refresh()),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('patchbay')) this.refresh();
      }),
      ...this.#watch(),
    ];
  }

  /** What there is now. @throws PatchbayError `config` for a wrong setting of the editor's. */
  async load(): Promise<LoadedAgents> {
    const { createAgentReader } = await import('../../definitions/agents.ts');
    const { loadDefinitions } = await import('../../definitions/definitions.ts');
    this.#reader ??= createAgentReader();
    const { home, settings: overrides } = this.#host;
    const request = { cwd: this.#host.cwd ?? home, trusted: vscode.workspace.isTrusted, overrides };
    const around = await this.#host.surroundings();
    const { moduleFaults } = await import('../../definitions/compose.ts');
    const { mentionPlaces } = await import('../../definitions/agents/agent-places.ts');
    const loaded = await loadDefinitions(around, request, this.#reader);
    const { settings, catalog } = loaded;
    const { parts } = loaded.bundle;
    const faults = parts
      ? await moduleFaults(parts, around, {
          cwd: request.cwd,
          settings: loaded.written.settings,
          mentions: mentionPlaces(loaded.places),
        })
      : [];
    const diagnostics = [...loaded.diagnostics, ...faults];
    const entries = [...catalog.entries.values()];
    const groups = SOURCES.map((source) => ({
      source,
      entries: entries.filter(({ agent }) => agent.source === source),
    })).filter((group) => group.entries.length > 0);
    return { catalog, groups, settings, diagnostics: [...diagnostics, ...catalog.diagnostics] };
  }

  refresh(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#changed.fire();
    }, PAUSE_MS);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const disposable of this.#disposables) disposable.dispose();
  }

  #watch(): vscode.Disposable[] {
    const home = vscode.Uri.file(this.#host.home);
    const folders = (vscode.workspace.workspaceFolders ?? []).slice(0, 1);
    const patterns = [
      ...folders.flatMap((folder) => [
        new vscode.RelativePattern(folder, '{.amplifier,.github,.claude}/agents/*'),
        new vscode.RelativePattern(folder, '.amplifier/bundles/**'),
        new vscode.RelativePattern(folder, '.amplifier/{settings*.yaml,.ai-agent.env}'),
      ]),
      new vscode.RelativePattern(home, 'agents/*'),
      new vscode.RelativePattern(home, 'bundles/**'),
      new vscode.RelativePattern(home, '{settings.yaml,.ai-agent.env}'),
    ];
    return patterns.flatMap((pattern) => {
      const watcher = vscode.workspace.createFileSystemWatcher(pattern);
      const refresh = () => this.refresh();
      return [
        watcher,
        watcher.onDidChange(refresh),
        watcher.onDidCreate(refresh),
        watcher.onDidDelete(refresh),
      ];
    });
  }
}

export function sourceLabel(source: AgentSource): string {
  switch (source) {
    case 'environment':
      return vscode.l10n.t('Named by a variable');
    case 'user':
      return vscode.l10n.t('Yours');
    case 'project':
      return vscode.l10n.t('Of this project');
    case 'bundle':
      return vscode.l10n.t('Of the bundle in use');
    case 'registered':
      return vscode.l10n.t('Registered definitions');
    case 'shipped':
      return vscode.l10n.t('Shipped');
    default:
      source satisfies never;
      return source;
  }
}
