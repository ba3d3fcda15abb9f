/** Choosing provider and model: what the configured providers list, or a name typed in. */
import * as vscode from 'vscode';
import type { Composition } from '../../definitions/compose.ts';
import { asPatchbayError } from '../../protocol/errors.ts';
import type { EditorHost } from '../editor-host.ts';
import { saveModelChoice } from '../editor-settings.ts';
import { KEYED_PROVIDERS } from '../key-store.ts';

interface Item extends vscode.QuickPickItem {
  readonly choice?: { readonly provider: string; readonly model?: string } | 'type' | 'key';
}

export async function selectModel(host: EditorHost): Promise<void> {
  const chosen = await vscode.window.showQuickPick(items(host), {
    title: vscode.l10n.t('Model'),
    placeHolder: vscode.l10n.t('Which model answers?'),
    matchOnDescription: true,
  });
  if (!chosen?.choice) return;
  if (chosen.choice === 'key') {
    await vscode.commands.executeCommand('patchbay.addProviderKey');
    return;
  }
  const choice = chosen.choice === 'type' ? await typed() : chosen.choice;
  if (choice) await saveModelChoice(choice.provider, choice.model);
}

async function items(host: EditorHost): Promise<Item[]> {
  const composition = await host.compose();
  const { environment } = await host.surroundings();
  const providers = KEYED_PROVIDERS.filter(
    ({ provider, variable }) => environment[variable] || composition.settings.providers?.[provider]?.base_url,
  );
  const listed = await Promise.all(providers.map(({ provider }) => modelsOf(host, composition, provider)));
  return [
    ...listed.flat(),
    { label: vscode.l10n.t('Without a model'), kind: vscode.QuickPickItemKind.Separator },
    {
      label: vscode.l10n.t('Scripted demonstration'),
      description: vscode.l10n.t('replay, no model, no key'),
      choice: { provider: 'replay' },
    },
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    { label: vscode.l10n.t('$(edit) Another model…'), choice: 'type' },
    { label: vscode.l10n.t('$(key) Add provider key…'), choice: 'key' },
  ];
}

async function modelsOf(host: EditorHost, composition: Composition, provider: string): Promise<Item[]> {
  const title: Item = { label: provider, kind: vscode.QuickPickItemKind.Separator };
  try {
    const { listModels } = await import('../../host/providers.ts');
    const models = await listModels(await host.get(), composition, provider);
    const byDefault: Item = {
      label: vscode.l10n.t('{0} (its default)', provider),
      choice: { provider },
    };
    return [
      title,
      byDefault,
      ...models.map((model): Item => modelItem(provider, model.id, model.context_window)),
    ];
  } catch (thrown) {
    const { message } = asPatchbayError(thrown);
    return [title, { label: vscode.l10n.t('$(warning) Models could not be listed'), detail: message }];
  }
}

function modelItem(provider: string, model: string, window: number | null | undefined): Item {
  const description = window ? `${provider} · ${Math.round(window / 1000)}k` : provider;
  return { label: model, description, choice: { provider, model } };
}

async function typed(): Promise<{ provider: string; model: string } | undefined> {
  const text = await vscode.window.showInputBox({
    prompt: vscode.l10n.t('Provider and model, e.g. openai/gpt-4o'),
    validateInput: (value) =>
      /^[\w-]+\/.+$/.test(value) ? undefined : vscode.l10n.t('Write provider/model.'),
  });
  const slash = text?.indexOf('/') ?? -1;
  return text === undefined ? undefined : { provider: text.slice(0, slash), model: text.slice(slash + 1) };
}
