/** The editor's settings as our last layer, and the one thing we write there: approval rules. */
import * as vscode from 'vscode';
import * as z from 'zod/mini';
import { Settings } from '../definitions/settings-schema.ts';
import { ApprovalRule } from '../protocol/approvals.ts';
import { PatchbayError } from '../protocol/errors.ts';
import { issuesText } from '../protocol/issues-text.ts';

const SECTION = 'patchbay';

/** @throws PatchbayError `config` naming the setting that is wrong. */
export function editorSettings(): Settings {
  const parsed = Settings.safeParse({
    provider: explicit('provider') || undefined,
    model: explicit('model') || undefined,
    default_agent: explicit('agent') || undefined,
    providers: explicit('providers'),
    approvals: { mode: explicit('approvals.mode'), rules: explicit('approvals.rules') },
  });
  if (parsed.success) return parsed.data;
  throw new PatchbayError(
    'config',
    `VS Code settings under "patchbay": ${issuesText(parsed.error.issues)}.`,
    {
      remedy: 'Correct the setting.',
    },
  );
}

/** What the person set, or undefined: a default of the editor's must not hide what the settings files say. */
function explicit(key: string): unknown {
  const found = vscode.workspace.getConfiguration(SECTION).inspect(key);
  return found?.workspaceFolderValue ?? found?.workspaceValue ?? found?.globalValue;
}

/** Remembers the chosen provider and model where the person keeps such things; undefined forgets them. */
export async function saveModelChoice(
  provider: string | undefined,
  model: string | undefined,
): Promise<void> {
  const settings = vscode.workspace.getConfiguration(SECTION);
  await settings.update('provider', provider, vscode.ConfigurationTarget.Global);
  await settings.update('model', model, vscode.ConfigurationTarget.Global);
}

/** Adds a rule of "Always" at the end, where it wins; the same rule is not written twice. */
export async function addApprovalRule(suggested: unknown): Promise<void> {
  const rule = ApprovalRule.parse(suggested);
  const settings = vscode.workspace.getConfiguration(SECTION);
  const rules = z.array(ApprovalRule).parse(settings.get('approvals.rules') ?? []);
  if (rules.some((each) => JSON.stringify(each) === JSON.stringify(rule))) return;
  const target = vscode.workspace.workspaceFolders
    ? vscode.ConfigurationTarget.Workspace
    : vscode.ConfigurationTarget.Global;
  await settings.update('approvals.rules', [...rules, rule], target);
}
