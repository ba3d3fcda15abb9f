/**
 * The extension's composition root. It only registers: everything with weight is loaded when it is first
 * used, so that an idle window pays nothing.
 */
import type * as vscode from 'vscode';
import { registerAgents } from './agents/register-agents.ts';
import { registerBundles } from './bundles/register-bundles.ts';
import { registerChat } from './chat/register-chat.ts';
import { registerCommands } from './commands/register-commands.ts';
import { registerDefinitions } from './definitions/register-definitions.ts';
import { DiffDocuments } from './diff-documents.ts';
import { EditorHost } from './editor-host.ts';
import { registerServices } from './services/register-services.ts';
import { SessionsView } from './sessions-view.ts';
import { StatusBar } from './status-bar.ts';

let host: EditorHost | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const editorHost = new EditorHost(context, process.env);
  host = editorHost;
  const diffs = new DiffDocuments();
  const chats = registerChat(context, editorHost, diffs);
  const agents = registerAgents(context, editorHost, diffs);
  registerBundles(context, editorHost, diffs, agents);
  context.subscriptions.push(
    diffs,
    new StatusBar(editorHost),
    new SessionsView(editorHost),
    ...registerDefinitions({ host: editorHost, documents: diffs }, agents),
    ...registerServices(editorHost),
    ...registerCommands(editorHost, chats, agents),
  );
}

/** Running turns are stopped and their services ended before the extension host goes. */
export async function deactivate(): Promise<void> {
  await host?.[Symbol.asyncDispose]();
}
