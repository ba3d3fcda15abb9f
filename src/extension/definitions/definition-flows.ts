/** Definitions by address from the palette, under the names that the terminal has for them (DL-14). */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { diagnosticText } from '../../definitions/diagnostic.ts';
import type { Discovery } from '../../definitions/sources/discover.ts';
import type { DiffDocuments } from '../diff-documents.ts';
import type { EditorHost } from '../editor-host.ts';
import { askAddress, askName, askRegistered, pickDiscovered } from './ask-definitions.ts';
import { fetching } from './fetching.ts';

export interface DefinitionParts {
  readonly host: EditorHost;
  readonly documents: DiffDocuments;
}

export async function discover(parts: DefinitionParts): Promise<void> {
  const { host } = parts;
  const title = vscode.l10n.t('Discover definitions');
  const uri = await askAddress(title);
  if (uri === undefined) return;
  const { discoverDefinitions } = await import('../../definitions/sources/discover.ts');
  const looking = vscode.l10n.t('Looking for definitions');
  const discovery = await fetching(host, looking, (options) =>
    discoverDefinitions(options, uri, baseOf(host)),
  );
  warnOfBroken(host, discovery);
  if (discovery.found.length > 0) return show(parts, title, discovery);
  const nothing = vscode.l10n.t('No agents, behaviors or bundles in {0}.', discovery.path);
  void vscode.window.showInformationMessage(nothing);
}

export async function register({ host }: DefinitionParts): Promise<void> {
  const title = vscode.l10n.t('Register definitions');
  const uri = await askAddress(title);
  const name = uri && (await askName(title, uri));
  if (!uri || !name) return;
  const { registerSource } = await import('../../definitions/sources/register.ts');
  const registering = vscode.l10n.t('Registering');
  const done = await fetching(host, registering, (options) =>
    registerSource(options, { uri, name, from: baseOf(host) }),
  );
  void vscode.window.showInformationMessage(
    vscode.l10n.t('“{0}” is now the name of {1}.', done.name, done.uri),
  );
}

export async function install(parts: DefinitionParts): Promise<void> {
  const { host } = parts;
  const title = vscode.l10n.t('Install definitions');
  const uri = await askAddress(title);
  const name = uri && (await askName(title, uri));
  if (!uri || !name) return;
  const { installSource } = await import('../../definitions/sources/register.ts');
  const { discoverDefinitions } = await import('../../definitions/sources/discover.ts');
  const { countsText } = await import('../../definitions/sources/refresh.ts');
  const discovery = await fetching(host, vscode.l10n.t('Installing {0}', name), async (options) => {
    await installSource(options, { uri, name, from: baseOf(host) });
    return discoverDefinitions(options, name, host.home);
  });
  warnOfBroken(host, discovery);
  const done = vscode.l10n.t('“{0}” is installed: {1}.', name, countsText(discovery.found));
  const see = vscode.l10n.t('Show');
  const buttons = discovery.found.length > 0 ? [see] : [];
  if ((await vscode.window.showInformationMessage(done, ...buttons)) === see) {
    await show(parts, vscode.l10n.t('Definitions of {0}', name), discovery);
  }
}

/** Asks the sources first; what changed is used when the person wants it. */
export async function update({ host }: DefinitionParts): Promise<void> {
  const { updateSources } = await import('../../definitions/sources/update.ts');
  const title = vscode.l10n.t('Update definitions');
  const asking = vscode.l10n.t('Looking for changed definitions');
  const checked = await fetching(host, asking, (options) => updateSources(options, undefined, false));
  for (const { reason, remedy = '' } of checked) if (reason) warn(host, `${reason} ${remedy}`);
  const changed = checked.filter(({ status }) => status === 'changed');
  if (changed.length === 0) {
    const isKnown = checked.length === 0 || checked.some(({ status }) => status === 'unchanged');
    if (isKnown) void vscode.window.showInformationMessage(vscode.l10n.t('No definitions have changed.'));
    return;
  }
  const items = changed.map(({ uri, names, before, after = '' }) => ({
    label: names.join(', ') || uri,
    description: `${before.slice(0, 12)} → ${after.slice(0, 12)}`,
    detail: uri,
    picked: true,
    uri,
  }));
  const placeHolder = vscode.l10n.t('Which changes shall be used from now on?');
  const chosen = await vscode.window.showQuickPick(items, {
    ...{ title, placeHolder, canPickMany: true as const, ignoreFocusOut: true },
  });
  if (!chosen || chosen.length === 0) return;
  const updating = vscode.l10n.t('Updating definitions');
  const updates = await fetching(host, updating, (options) =>
    Promise.all(chosen.map(({ uri }) => updateSources(options, uri, true))),
  );
  const done = updates.flat().filter(({ status }) => status !== 'unreachable');
  for (const { reason, remedy = '' } of updates.flat()) if (reason) warn(host, `${reason} ${remedy}`);
  if (done.length === 0) return;
  const names = done.map((each) => each.names.join(', ') || each.uri).join(', ');
  void vscode.window.showInformationMessage(vscode.l10n.t('Updated: {0}.', names));
}

export async function refresh({ host }: DefinitionParts): Promise<void> {
  const { countsText, refreshSources } = await import('../../definitions/sources/refresh.ts');
  const reading = vscode.l10n.t('Reading definitions');
  const sources = await fetching(host, reading, (options) => refreshSources(options));
  for (const { name, reason, remedy = '' } of sources) if (reason) warn(host, `${name}: ${reason} ${remedy}`);
  for (const discovery of sources) warnOfBroken(host, discovery);
  const names = sources.filter(({ reason }) => reason === undefined).map(({ name }) => name);
  const counts = countsText(sources.flatMap(({ found }) => found));
  const text =
    sources.length === 0
      ? vscode.l10n.t('No definitions are registered.')
      : vscode.l10n.t('Read again: {0} ({1}).', names.join(', ') || vscode.l10n.t('nothing'), counts);
  void vscode.window.showInformationMessage(text);
}

export async function unregister({ host }: DefinitionParts): Promise<void> {
  const title = vscode.l10n.t('Unregister definitions');
  const name = await askRegistered(host.home, title, false);
  if (name === undefined) return;
  const { unregisterSource } = await import('../../definitions/sources/register.ts');
  await unregisterSource(host.home, name);
  void vscode.window.showInformationMessage(vscode.l10n.t('“{0}” is not registered any more.', name));
}

export async function uninstall({ host }: DefinitionParts): Promise<void> {
  const title = vscode.l10n.t('Uninstall definitions');
  const chosen = await askRegistered(host.home, title, true);
  if (chosen === undefined) return;
  const { uninstallSource } = await import('../../definitions/sources/register.ts');
  const { keptFor } = await uninstallSource(host.home, chosen);
  const text =
    keptFor.length > 0
      ? vscode.l10n.t('“{0}” is gone. What was fetched stays for {1}.', chosen, keptFor.join(', '))
      : vscode.l10n.t('“{0}” is uninstalled.', chosen);
  void vscode.window.showInformationMessage(text);
}

/** That relative paths are of. */
function baseOf({ cwd, home }: EditorHost): string {
  return cwd ?? home;
}

/** What was fetched is shown read-only: the next update would undo a change of it. */
async function show(
  { host, documents }: DefinitionParts,
  title: string,
  discovery: Discovery,
): Promise<void> {
  const chosen = await pickDiscovered(title, discovery);
  if (!chosen) return;
  const { ownerOf } = await import('../../definitions/sources/cache.ts');
  const uri = vscode.Uri.file(chosen.file);
  if (!(await ownerOf(host.home, chosen.file))) {
    await vscode.window.showTextDocument(uri);
    return;
  }
  const text = Buffer.from(await vscode.workspace.fs.readFile(uri)).toString('utf8');
  await documents.show(basename(chosen.file), text);
}

function warnOfBroken(host: EditorHost, { diagnostics }: Pick<Discovery, 'diagnostics'>): void {
  const [first, ...more] = diagnostics.map(diagnosticText);
  if (first === undefined) return;
  for (const text of more) host.log.warn(text);
  warn(host, more.length === 0 ? first : vscode.l10n.t('{0} ({1} more in the log)', first, more.length));
}

function warn(host: EditorHost, text: string): void {
  host.log.warn(text);
  void vscode.window.showWarningMessage(text);
}
