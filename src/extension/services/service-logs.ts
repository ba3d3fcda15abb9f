/** The logs of services as read-only documents that grow while they are open. */
import * as vscode from 'vscode';
import type { ServiceStatus } from '../../protocol/service-status.ts';
import type { EditorHost } from '../editor-host.ts';

const SCHEME = 'patchbay-service-log';

export class ServiceLogs implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #host: EditorHost;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  /** What the open documents show, by their addresses. */
  readonly #texts = new Map<string, string>();
  readonly #disposables: vscode.Disposable[];
  #looking: Disposable | undefined;
  readonly onDidChange = this.#changed.event;

  constructor(host: EditorHost) {
    this.#host = host;
    this.#disposables = [
      this.#changed,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#closed(uri)),
    ];
  }

  async show({ id, service }: Pick<ServiceStatus, 'id' | 'service'>): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${service}.log`, query: id });
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const { services } = await this.#host.get();
    // A service that is not listed any more has no log; what was shown stays.
    const text = services.log(uri.query) || this.#texts.get(uri.toString());
    this.#texts.set(uri.toString(), text ?? '');
    this.#looking ??= services.onChange(() => this.#refresh((id) => services.log(id)));
    return text || vscode.l10n.t('This service has said nothing yet.');
  }

  dispose(): void {
    this.#looking?.[Symbol.dispose]();
    for (const disposable of this.#disposables) disposable.dispose();
  }

  #refresh(log: (id: string) => string): void {
    for (const [address, shown] of this.#texts) {
      const uri = vscode.Uri.parse(address, true);
      const text = log(uri.query);
      if (text !== '' && text !== shown) this.#changed.fire(uri);
    }
  }

  #closed(uri: vscode.Uri): void {
    this.#texts.delete(uri.toString());
    if (this.#texts.size > 0) return;
    this.#looking?.[Symbol.dispose]();
    this.#looking = undefined;
  }
}
