/** Choosing one of the agents there are, grouped by where they come from. */
import * as vscode from 'vscode';
import type { Agent } from '../../definitions/agents.ts';
import { type EditorAgents, sourceLabel } from '../agents/editor-agents.ts';

export interface PickAgentOptions {
  readonly title: string;
  /** Marked as the one that is chosen now. */
  readonly marked?: string;
}

/** Undefined when the person leaves it. */
export async function pickAgent(
  agents: EditorAgents,
  { title, marked }: PickAgentOptions,
): Promise<Agent | undefined> {
  const { groups } = await agents.load();
  const items = groups.flatMap(({ source, entries }) => [
    { label: sourceLabel(source), kind: vscode.QuickPickItemKind.Separator },
    ...entries.map(({ agent }) => ({
      label: agent.name,
      description: agent.name === marked ? vscode.l10n.t('now') : '',
      detail: agent.description.split('\n', 1)[0] ?? '',
      agent,
    })),
  ]);
  const options = { title, matchOnDescription: true, matchOnDetail: true, ignoreFocusOut: true };
  const chosen = await vscode.window.showQuickPick(items, options);
  return chosen && 'agent' in chosen ? chosen.agent : undefined;
}
