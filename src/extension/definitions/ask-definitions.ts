/** What is asked about definitions: an address, a name, one of those there are. */
import * as vscode from 'vscode';
import type { DiscoveredDefinition, Discovery } from '../../definitions/sources/discover.ts';
import { asPatchbayError } from '../../protocol/errors.ts';

/** Undefined when the person leaves it. What is no address is said while it is typed. */
export async function askAddress(title: string): Promise<string | undefined> {
  const { parseAddress } = await import('../../definitions/sources/address.ts');
  const address = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('A repository, a file on the network, or a folder or file of this machine'),
    placeHolder: 'git+https://host/repository@ref#subdirectory=path',
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === '' ? undefined : faultOf(() => parseAddress(text.trim()))),
  });
  return address?.trim() || undefined;
}

/** The name that an address is registered under; undefined when the person leaves it. */
export async function askName(title: string, address: string): Promise<string | undefined> {
  const { parseAddress } = await import('../../definitions/sources/address.ts');
  const { isRegistryName } = await import('../../definitions/sources/registry.ts');
  const { suggestedName } = await import('../../definitions/sources/register.ts');
  return vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('The name that bundles and commands know it by'),
    value: suggestedName(parseAddress(address)) ?? '',
    ignoreFocusOut: true,
    validateInput: (text) =>
      isRegistryName(text)
        ? undefined
        : vscode.l10n.t('Use letters, digits, “.”, “_” and “-”, and no file name.'),
  });
}

/** A registered name, or an address that was fetched without one; undefined when there is none or it is left. */
export async function askRegistered(
  home: string,
  title: string,
  withFetched: boolean,
): Promise<string | undefined> {
  const { readRegistry } = await import('../../definitions/sources/registry.ts');
  const { listCached } = await import('../../definitions/sources/cache.ts');
  const { servedBy } = await import('../../definitions/sources/update.ts');
  const registry = await readRegistry(home);
  const named = new Set([...registry.values()].map(servedBy));
  const fetched = withFetched ? (await listCached(home)).filter(({ uri }) => !named.has(uri)) : [];
  const items = [
    ...[...registry].map(([name, uri]) => ({ label: name, detail: uri, chosen: name })),
    ...fetched.map(({ uri }) => ({
      label: uri,
      detail: vscode.l10n.t('Fetched, without a name'),
      chosen: uri,
    })),
  ];
  if (items.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('No definitions are registered.'));
    return undefined;
  }
  return (await vscode.window.showQuickPick(items, { title, matchOnDetail: true }))?.chosen;
}

/** Shows what was found; the one that is chosen, or undefined. */
export async function pickDiscovered(
  title: string,
  { found }: Discovery,
): Promise<DiscoveredDefinition | undefined> {
  const items = found.map((definition) => ({
    label: definition.name,
    description: kindLabel(definition),
    detail: definition.description || definition.address,
    definition,
  }));
  const placeHolder = vscode.l10n.t('Choose one to read it');
  const options = { title, placeHolder, matchOnDescription: true, matchOnDetail: true };
  return (await vscode.window.showQuickPick(items, options))?.definition;
}

function kindLabel({ kind }: DiscoveredDefinition): string {
  switch (kind) {
    case 'agent':
      return vscode.l10n.t('agent');
    case 'behavior':
      return vscode.l10n.t('behavior');
    case 'bundle':
      return vscode.l10n.t('bundle');
    default:
      return kind satisfies never;
  }
}

function faultOf(parse: () => unknown): string | undefined {
  try {
    parse();
    return undefined;
  } catch (thrown) {
    const { message, remedy } = asPatchbayError(thrown);
    return remedy ? `${message} ${remedy}` : message;
  }
}
