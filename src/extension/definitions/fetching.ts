/** Work that may fetch: with its progress shown, cancelled by the person, and nothing of a folder that is not trusted. */
import * as vscode from 'vscode';
import type { SourceOptions } from '../../definitions/sources/fetcher.ts';
import type { EditorHost } from '../editor-host.ts';

/** @throws PatchbayError `cancelled` when the person stopped it; what the work throws */
export async function fetching<T>(
  host: EditorHost,
  title: string,
  work: (options: SourceOptions) => Promise<T>,
): Promise<T> {
  const { environment } = await host.surroundings();
  const folders = vscode.workspace.workspaceFolders ?? [];
  const untrusted = vscode.workspace.isTrusted ? [] : folders.map(({ uri }) => uri.fsPath);
  const location = { location: vscode.ProgressLocation.Notification, cancellable: true };
  return vscode.window.withProgress({ ...location, title }, (progress, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    return work({
      home: host.home,
      environment,
      untrusted,
      signal: abort.signal,
      onFetch: (uri) => {
        host.log.info(`fetching ${uri}`);
        progress.report({ message: uri });
      },
    });
  });
}
