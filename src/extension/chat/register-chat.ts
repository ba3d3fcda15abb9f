/** The chat's two homes: a view in the side bar and tabs in the editor. One web app, one code path. */
import * as vscode from 'vscode';
import type { DiffDocuments } from '../diff-documents.ts';
import type { EditorHost } from '../editor-host.ts';
import { notifyHiddenApprovals } from './approval-notifications.ts';
import type { ChatConnection } from './chat-connection.ts';
import type { ChatHomes } from './chat-homes.ts';
import { Chats } from './chats.ts';
import { webviewHtml, webviewOptions } from './webview-html.ts';

export const VIEW = 'patchbay.chat';
const PANEL = 'patchbay.editor';

export function registerChat(
  context: vscode.ExtensionContext,
  host: EditorHost,
  diffs: DiffDocuments,
): ChatHomes {
  const chats = new Chats(context, host, diffs);
  const panels = new Map<ChatConnection, vscode.WebviewPanel>();

  const attachPanel = (panel: vscode.WebviewPanel, sessionId: string | undefined) => {
    panel.webview.options = webviewOptions(context.extensionUri);
    panel.iconPath = vscode.Uri.joinPath(context.extensionUri, 'media', 'icon.svg');
    const connection = chats.connect(panel.webview, sessionId, {
      onTitle: (title) => {
        panel.title = title;
      },
    });
    panels.set(connection, panel);
    const titled = host.onSessionChanged((head) => {
      if (head.session_id === connection.runner?.session.id) panel.title = head.title;
    });
    panel.onDidChangeViewState(() => {
      if (panel.active) chats.activate(connection);
    });
    panel.onDidDispose(() => {
      titled.dispose();
      panels.delete(connection);
      chats.disconnect(connection);
    });
    panel.webview.html = webviewHtml(panel.webview, context.extensionUri, sessionId);
  };

  const viewProvider: vscode.WebviewViewProvider = {
    resolveWebviewView(view) {
      view.webview.options = webviewOptions(context.extensionUri);
      // The view keeps its own name; the session's title stands in the page.
      const connection = chats.connect(view.webview, chats.lastSession, {
        onShown: (sessionId) => chats.rememberSession(sessionId),
      });
      view.onDidChangeVisibility(() => {
        if (view.visible) chats.activate(connection);
      });
      view.onDidDispose(() => chats.disconnect(connection));
      view.webview.html = webviewHtml(view.webview, context.extensionUri, chats.lastSession);
    },
  };
  const serializer: vscode.WebviewPanelSerializer = {
    async deserializeWebviewPanel(panel, state: unknown) {
      const { sessionId } = (state ?? {}) as { sessionId?: unknown };
      attachPanel(panel, typeof sessionId === 'string' && sessionId !== '' ? sessionId : undefined);
    },
  };
  context.subscriptions.push(
    vscode.window.registerWebviewViewProvider(VIEW, viewProvider),
    vscode.window.registerWebviewPanelSerializer(PANEL, serializer),
  );

  const homes: ChatHomes = {
    chats,
    async focus() {
      const panel = chats.active && panels.get(chats.active);
      if (panel) panel.reveal();
      else await vscode.commands.executeCommand(`${VIEW}.focus`);
      return chats.active;
    },
    openPanel(sessionId) {
      const panel = vscode.window.createWebviewPanel(PANEL, 'Patchbay', vscode.ViewColumn.Active, {
        ...webviewOptions(context.extensionUri),
        enableFindWidget: true,
      });
      attachPanel(panel, sessionId);
    },
  };
  context.subscriptions.push(notifyHiddenApprovals(host, homes));
  return homes;
}
