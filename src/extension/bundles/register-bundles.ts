/** Choosing and reading bundles, and what all settings together say, from the palette (DL-14, DL-15). */
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { BundleLine } from '../../definitions/bundles/bundle-report.ts';
import type { Definitions } from '../../definitions/definitions.ts';
import { asPatchbayError } from '../../protocol/errors.ts';
import type { EditorAgents } from '../agents/editor-agents.ts';
import type { DiffDocuments } from '../diff-documents.ts';
import type { EditorHost } from '../editor-host.ts';

export function registerBundles(
  context: vscode.ExtensionContext,
  host: EditorHost,
  documents: DiffDocuments,
  agents: EditorAgents,
): void {
  const commands: Record<string, () => Promise<unknown>> = {
    useBundle: async () => {
      await useBundle(host);
      agents.refresh();
    },
    showBundle: () => showBundle(host, documents),
    showEffectiveSettings: async () => {
      const { effectiveSettings, settingText } = await import('../../definitions/effective-settings.ts');
      const { environment } = await host.surroundings();
      const lines = effectiveSettings(await load(host), environment).map(settingText);
      const nothing = `# ${vscode.l10n.t('Nothing is set: everything is as it ships.')}`;
      await documents.show('settings.yaml', `${lines.length > 0 ? lines.join('\n') : nothing}\n`);
    },
  };
  context.subscriptions.push(
    ...Object.entries(commands).map(([name, run]) =>
      vscode.commands.registerCommand(`patchbay.${name}`, async () => {
        try {
          await run();
        } catch (thrown) {
          const { message, remedy } = asPatchbayError(thrown);
          void vscode.window.showErrorMessage(remedy ? `${message} ${remedy}` : message);
        }
      }),
    ),
  );
}

async function useBundle(host: EditorHost): Promise<void> {
  const chosen = await pickBundle(host, vscode.l10n.t('Which bundle is used from the next prompt on?'));
  const file = chosen && (await pickFile(host));
  if (!chosen || file === undefined) return;
  const { chooseBundle } = await import('../../host/bundle-choice.ts');
  await chooseBundle(file, chosen.name);
  const { parts } = (await load(host)).bundle;
  if (parts?.name === chosen.name || parts?.file === chosen.uri) return;
  const text = vscode.l10n.t(
    'In this folder “{0}” still counts: its own settings name it.',
    parts?.name ?? '',
  );
  void vscode.window.showWarningMessage(text);
}

async function showBundle(host: EditorHost, documents: DiffDocuments): Promise<void> {
  const chosen = await pickBundle(host, vscode.l10n.t('Which bundle?'));
  if (!chosen) return;
  const { loadNamedBundle } = await import('../../definitions/bundles/active-bundle.ts');
  const { effectiveBundleText } = await import('../../definitions/bundles/bundle-report.ts');
  const { home, productFolder, resolveSource } = await host.surroundings();
  const { cwd, trusted } = requestOf(host);
  const request = { home, productFolder, cwd, trusted, resolve: resolveSource };
  const loaded = await loadNamedBundle(chosen.name, (await load(host)).loaded, request);
  const { diagnosticText } = await import('../../definitions/diagnostic.ts');
  const faults = loaded.diagnostics.map((each) => `# ${diagnosticText(each)}\n`);
  const text = loaded.parts ? effectiveBundleText(loaded.parts, loaded.bundles) : '';
  await documents.show(`${chosen.name}.yaml`, [...faults, text].join(''));
}

async function pickBundle(host: EditorHost, placeHolder: string): Promise<BundleLine | undefined> {
  const { bundleLines } = await import('../../definitions/bundles/bundle-report.ts');
  const lines = await bundleLines((await load(host)).bundle);
  const items = lines.map((line) => ({
    label: line.isActive ? `$(check) ${line.name}` : line.name,
    description: line.description,
    detail: line.uri,
    line,
  }));
  const title = vscode.l10n.t('Bundle');
  return (await vscode.window.showQuickPick(items, { title, placeHolder, matchOnDescription: true }))?.line;
}

/** The settings file that the choice is written to. */
async function pickFile(host: EditorHost): Promise<string | undefined> {
  const { homeSettingsFile } = await import('../../definitions/settings.ts');
  const own = homeSettingsFile(host.home);
  if (host.cwd === undefined || !vscode.workspace.isTrusted) return own;
  const project = join(host.cwd, '.amplifier', 'settings.yaml');
  const items = [
    { label: vscode.l10n.t('For this project'), description: '.amplifier/settings.yaml', file: project },
    { label: vscode.l10n.t('For me, in every project'), description: own, file: own },
  ];
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Bundle') }))?.file;
}

async function load(host: EditorHost): Promise<Definitions> {
  const { loadDefinitions } = await import('../../definitions/definitions.ts');
  return loadDefinitions(await host.surroundings(), requestOf(host));
}

function requestOf(host: EditorHost) {
  return { cwd: host.cwd ?? host.home, trusted: vscode.workspace.isTrusted, overrides: host.settings };
}
