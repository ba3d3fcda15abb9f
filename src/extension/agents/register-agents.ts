/** The Agents view with its commands, and what is wrong with agent files. */
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import type { CatalogEntry } from '../../definitions/agents/catalog.ts';
import { asPatchbayError } from '../../protocol/errors.ts';
import type { DiffDocuments } from '../diff-documents.ts';
import type { EditorHost } from '../editor-host.ts';
import { AgentProblems } from './agent-problems.ts';
import { type AgentNode, AgentsView } from './agents-view.ts';
import { EditorAgents } from './editor-agents.ts';

/** Of the view's menus; the key means what is selected there; the palette means none. */
type Chosen = Extract<AgentNode, { kind: 'agent' }> | { readonly kind: 'selected' } | undefined;

export function registerAgents(
  context: vscode.ExtensionContext,
  host: EditorHost,
  documents: DiffDocuments,
): EditorAgents {
  const agents = new EditorAgents(host);
  const problems = new AgentProblems(agents, host);
  const view = new AgentsView(agents);
  const entryOf = async (node: Chosen) => {
    if (node?.kind === 'selected') return view.selected;
    return node?.entry ?? pickEntry(agents);
  };
  const placed = (place: 'project' | 'user') => {
    const root = place === 'user' ? host.home : host.cwd && join(host.cwd, '.amplifier');
    return root && join(root, 'agents');
  };
  const copy = async (node: Chosen, place: 'project' | 'user') => {
    const entry = await entryOf(node);
    const folder = placed(place);
    if (!entry || !folder) return;
    const { createAgentFile } = await import('../../definitions/agents/create-agent.ts');
    const { file, name } = entry.agent;
    const text = Buffer.from(await vscode.workspace.fs.readFile(vscode.Uri.file(file))).toString('utf8');
    await openFile(await createAgentFile(folder, name, text));
    agents.refresh();
  };
  const commands: Record<string, (node: Chosen) => Promise<unknown>> = {
    runAgent: async (node) => {
      const entry = await entryOf(node);
      if (entry) await vscode.commands.executeCommand('patchbay.delegateToAgent', entry.agent.name);
    },
    editAgent: async (node) => {
      const entry = await entryOf(node);
      if (entry?.agent.source === 'shipped') await showShipped(entry, documents);
      else if (entry) await openFile(entry.agent.file);
    },
    copyAgentToProject: (node) => copy(node, 'project'),
    copyAgentToUser: (node) => copy(node, 'user'),
    showEffectiveAgent: async (node) => {
      const entry = await entryOf(node);
      if (!entry) return;
      const { effectiveDefinitionText } = await import('../../definitions/agents/effective-definition.ts');
      const { settings } = await agents.load();
      await documents.show(`${entry.agent.name}.yaml`, effectiveDefinitionText(entry, settings));
    },
    newAgent: async () => {
      const { createAgentFile, isAgentName } = await import('../../definitions/agents/create-agent.ts');
      const name = await vscode.window.showInputBox({
        title: vscode.l10n.t('New agent'),
        prompt: vscode.l10n.t('Its name, e.g. release-manager'),
        validateInput: (text) =>
          isAgentName(text) ? undefined : vscode.l10n.t('Use letters, digits, “.”, “_” and “-”.'),
      });
      if (name === undefined) return;
      const place = await pickPlace(host.cwd !== undefined);
      const folder = place && placed(place);
      if (folder) await openFile(await createAgentFile(folder, name));
      agents.refresh();
    },
    checkDefinitions: async () => {
      const count = await problems.check();
      if (count > 0) await vscode.commands.executeCommand('workbench.actions.view.problems');
      else void vscode.window.showInformationMessage(vscode.l10n.t('All definitions are in order.'));
    },
    refreshAgents: async () => agents.refresh(),
  };
  context.subscriptions.push(
    agents,
    problems,
    view,
    ...Object.entries(commands).map(([name, run]) =>
      vscode.commands.registerCommand(`patchbay.${name}`, async (node: Chosen) => {
        try {
          await run(node);
        } catch (thrown) {
          const { message, remedy } = asPatchbayError(thrown);
          void vscode.window.showErrorMessage(remedy ? `${message} ${remedy}` : message);
        }
      }),
    ),
  );
  return agents;
}

/** Of the palette, where no agent of the view is meant. */
async function pickEntry(agents: EditorAgents): Promise<CatalogEntry | undefined> {
  const { pickAgent } = await import('../commands/pick-agent.ts');
  const agent = await pickAgent(agents, { title: vscode.l10n.t('Agent') });
  return agent && (await agents.load()).catalog.entries.get(agent.name);
}

async function pickPlace(hasFolder: boolean): Promise<'project' | 'user' | undefined> {
  if (!hasFolder) return 'user';
  const items = [
    { label: vscode.l10n.t('For this project'), description: '.amplifier/agents', place: 'project' as const },
    { label: vscode.l10n.t('For me, in every project'), description: 'agents', place: 'user' as const },
  ];
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t('New agent') }))?.place;
}

/** Read-only: the next update of the product would undo what is changed there. */
async function showShipped({ agent }: CatalogEntry, documents: DiffDocuments): Promise<void> {
  const text = await vscode.workspace.fs.readFile(vscode.Uri.file(agent.file));
  await documents.show(basename(agent.file), Buffer.from(text).toString('utf8'));
  const toProject = vscode.l10n.t('Copy to project');
  const toUser = vscode.l10n.t('Copy to mine');
  const question = vscode.l10n.t('“{0}” is shipped with Patchbay. Copy it to change it.', agent.name);
  const choice = await vscode.window.showInformationMessage(question, toProject, toUser);
  const node = { kind: 'agent', entry: { agent, mentions: [], shadows: [] } };
  if (choice === toProject) await vscode.commands.executeCommand('patchbay.copyAgentToProject', node);
  if (choice === toUser) await vscode.commands.executeCommand('patchbay.copyAgentToUser', node);
}

async function openFile(file: string): Promise<void> {
  await vscode.window.showTextDocument(vscode.Uri.file(file));
}
