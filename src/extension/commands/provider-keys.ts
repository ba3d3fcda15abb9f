/** Adding and removing a provider's key. A key is tried with a real call before it is kept. */
import * as vscode from 'vscode';
import { asPatchbayError, type PatchbayError } from '../../protocol/errors.ts';
import type { EditorHost } from '../editor-host.ts';
import { KEYED_PROVIDERS, type KeyedProvider } from '../key-store.ts';

/** True when a key was stored. */
export async function addProviderKey(host: EditorHost): Promise<boolean> {
  const chosen = await pickProvider(vscode.l10n.t('Which provider is the key for?'));
  if (!chosen) return false;
  let prompt = vscode.l10n.t('{0} API key. It is kept in the editor’s secret storage only.', chosen.label);
  for (;;) {
    const key = await vscode.window.showInputBox({ prompt, password: true, ignoreFocusOut: true });
    if (!key) return false;
    const problem = await tryKey(host, chosen, key.trim());
    if (!problem) {
      await host.keys.set(chosen, key.trim());
      void vscode.window.showInformationMessage(
        vscode.l10n.t('The {0} key works and is stored.', chosen.label),
      );
      return true;
    }
    if (problem.kind !== 'auth' && (await keepAnyway(problem))) {
      await host.keys.set(chosen, key.trim());
      return true;
    }
    prompt = `${problem.message} ${vscode.l10n.t('Try another key.')}`;
  }
}

/** True when a key was removed. */
export async function removeProviderKey(host: EditorHost): Promise<boolean> {
  const chosen = await pickProvider(vscode.l10n.t('Which provider’s key shall be removed?'));
  if (!chosen) return false;
  await host.keys.delete(chosen);
  return true;
}

async function pickProvider(title: string): Promise<KeyedProvider | undefined> {
  const items = KEYED_PROVIDERS.map((provider) => ({ label: provider.label, provider }));
  return (await vscode.window.showQuickPick(items, { title }))?.provider;
}

/** What is wrong with the key, or undefined when the provider accepts it. */
async function tryKey(
  host: EditorHost,
  provider: KeyedProvider,
  key: string,
): Promise<PatchbayError | undefined> {
  const location = { location: vscode.ProgressLocation.Notification, cancellable: true };
  const title = vscode.l10n.t('Trying the {0} key…', provider.label);
  return vscode.window.withProgress({ ...location, title }, async (_progress, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    try {
      const { compose } = await import('../../definitions/compose.ts');
      const { listModels } = await import('../../host/providers.ts');
      const around = await host.surroundings({ [provider.variable]: key });
      const request = {
        cwd: host.cwd ?? host.home,
        trusted: vscode.workspace.isTrusted,
        overrides: host.settings,
      };
      await listModels(await host.get(), await compose(around, request), provider.provider, abort.signal);
      return undefined;
    } catch (thrown) {
      return asPatchbayError(thrown);
    }
  });
}

/** The provider could not be reached: the key may still be good. */
async function keepAnyway(problem: PatchbayError): Promise<boolean> {
  const keep = vscode.l10n.t('Keep it untested');
  return (await vscode.window.showWarningMessage(problem.message, keep)) === keep;
}
