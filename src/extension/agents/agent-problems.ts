/** What is wrong with agent, settings and sidecar files, in the editor's Problems; gone when it is mended (DL-3, DL-6). */
import * as vscode from 'vscode';
import { nameFaults } from '../../definitions/agents/name-faults.ts';
import type { Diagnostic } from '../../definitions/diagnostic.ts';
import type { ComponentNames } from '../../host/component-names.ts';
import type { EditorHost } from '../editor-host.ts';
import type { EditorAgents } from './editor-agents.ts';

const SEVERITIES = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
} as const;

export class AgentProblems implements vscode.Disposable {
  readonly #agents: EditorAgents;
  readonly #host: EditorHost;
  readonly #collection = vscode.languages.createDiagnosticCollection('patchbay');
  readonly #listening: vscode.Disposable;
  /** Of services; known since somebody asked for a check, as asking may start them. */
  #known: ComponentNames | undefined;

  constructor(agents: EditorAgents, host: EditorHost) {
    this.#agents = agents;
    this.#host = host;
    this.#listening = agents.onChanged(() => {
      this.show().catch((error) => host.log.warn(`Agents are not checked: ${error.message}`));
    });
  }

  /** Checks everything, names of tools too, and says how many things were found. */
  async check(): Promise<number> {
    const { componentNames } = await import('../../host/component-names.ts');
    this.#known = await componentNames(await this.#host.get(), await this.#host.compose(), []);
    return this.show();
  }

  /** Shows what is wrong now, in place of what was. */
  async show(): Promise<number> {
    const { catalog, diagnostics } = await this.#agents.load();
    const own = catalog.agents.flatMap(({ contract }) => contract?.toolName ?? []);
    const known = this.#known ? { ...this.#known, tools: [...this.#known.tools, ...own] } : {};
    const named = [...catalog.entries.values()].flatMap((entry) => nameFaults(entry, known));
    const byFile = new Map<string, vscode.Diagnostic[]>();
    for (const each of [...diagnostics, ...named]) {
      byFile.set(each.file, [...(byFile.get(each.file) ?? []), shown(each)]);
    }
    this.#collection.clear();
    for (const [file, found] of byFile) this.#collection.set(vscode.Uri.file(file), found);
    return diagnostics.length + named.length;
  }

  dispose(): void {
    this.#listening.dispose();
    this.#collection.dispose();
  }
}

function shown({ line = 1, column = 1, severity = 'error', message, remedy }: Diagnostic): vscode.Diagnostic {
  const at = new vscode.Position(line - 1, column - 1);
  const diagnostic = new vscode.Diagnostic(
    new vscode.Range(at, at),
    `${message} ${remedy}`,
    SEVERITIES[severity],
  );
  diagnostic.source = 'Patchbay';
  return diagnostic;
}
