/** Texts for the editor's diff view that exist in no file: what a file was before or would be after a change. */
import * as vscode from 'vscode';

const SCHEME = 'patchbay-diff';
/** Texts kept; older ones are let go. */
const KEEP = 40;

export class DiffDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #texts = new Map<string, string>();
  readonly #registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  #next = 1;

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.query) ?? '';
  }

  /** Opens two texts side by side, named for the file they belong to. */
  async open(path: string, before: string, after: string, title: string): Promise<void> {
    const left = this.#document(path, before);
    const right = this.#document(path, after);
    await vscode.commands.executeCommand('vscode.diff', left, right, title, { preview: true });
  }

  /** Opens one text read-only, e.g. an event as JSON. */
  async show(name: string, text: string): Promise<void> {
    const document = await vscode.workspace.openTextDocument(this.#document(name, text));
    await vscode.window.showTextDocument(document, { preview: true });
  }

  dispose(): void {
    this.#registration.dispose();
  }

  #document(path: string, text: string): vscode.Uri {
    const key = String(this.#next++);
    this.#texts.set(key, text);
    const oldest = this.#texts.keys().next().value;
    if (this.#texts.size > KEEP && oldest !== undefined) this.#texts.delete(oldest);
    return vscode.Uri.from({ scheme: SCHEME, path: `/${path.replaceAll('\\', '/')}`, query: key });
  }
}
