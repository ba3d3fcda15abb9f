/** The page of the chat: the built web app under a strict content security policy. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

export const CHAT_ROOTS = ['dist/webview'] as const;

export function webviewOptions(extension: vscode.Uri): vscode.WebviewOptions {
  return {
    enableScripts: true,
    localResourceRoots: CHAT_ROOTS.map((path) => vscode.Uri.joinPath(extension, path)),
  };
}

/** @param sessionId the session the page asks for first, when it keeps none itself. */
export function webviewHtml(
  webview: vscode.Webview,
  extension: vscode.Uri,
  sessionId: string | undefined,
): string {
  const nonce = randomBytes(16).toString('base64');
  const file = (name: string) =>
    webview.asWebviewUri(vscode.Uri.joinPath(extension, 'dist', 'webview', name));
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}' ${webview.cspSource}`,
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `font-src ${webview.cspSource}`,
    `img-src ${webview.cspSource} data:`,
  ].join('; ');
  const session = sessionId === undefined ? '' : ` data-session="${sessionId.replaceAll(/[^\w.-]/g, '')}"`;
  return `<!doctype html>
<html lang="${vscode.env.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="csp-nonce" content="${nonce}">
<link rel="stylesheet" href="${file('codicon.css')}">
<link rel="stylesheet" href="${file('main.css')}">
<title>Patchbay</title>
</head>
<body${session}>
<div id="root"></div>
<script type="module" nonce="${nonce}" src="${file('main.js')}"></script>
</body>
</html>`;
}
