/** What can go with an instruction: the selection, the active file, its problems, as text for a model. */
import * as vscode from 'vscode';

/** Characters of a file that are sent along; the agent can read the rest itself. */
const LONGEST_FILE = 20_000;

export interface Attachment {
  readonly label: string;
  readonly description: string;
  readonly text: string;
}

/** The selection as a quotation with its place. */
export function selectionText(): string | undefined {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return undefined;
  const { document, selection } = editor;
  const path = vscode.workspace.asRelativePath(document.uri);
  const { start, end } = selection;
  const text = document.getText(selection);
  if (text === '') return `In \`${path}\`: `;
  return quoted(`\`${path}:${start.line + 1}-${end.line + 1}\``, document.languageId, text);
}

/** Those there are now. */
export function attachments(): Attachment[] {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return [];
  const { document, selection } = editor;
  const path = vscode.workspace.asRelativePath(document.uri);
  const problems = vscode.languages.getDiagnostics(document.uri);
  const found: Attachment[] = [];
  if (!selection.isEmpty) {
    const lines = `${selection.start.line + 1}-${selection.end.line + 1}`;
    const text = selectionText() ?? '';
    found.push({ label: vscode.l10n.t('The selection'), description: `${path}:${lines}`, text });
  }
  found.push({ label: vscode.l10n.t('The active file'), description: path, text: fileText(document, path) });
  if (problems.length > 0) {
    const description = vscode.l10n.t('{0} in {1}', problems.length, path);
    const lines = problems.map((problem) => problemLine(path, problem));
    const text = `Problems in \`${path}\`:\n${lines.join('\n')}\n`;
    found.push({ label: vscode.l10n.t('The file’s problems'), description, text });
  }
  return found;
}

function fileText(document: vscode.TextDocument, path: string): string {
  const text = document.getText();
  if (text.length <= LONGEST_FILE) return quoted(`\`${path}\``, document.languageId, text);
  const beginning = text.slice(0, LONGEST_FILE);
  return quoted(`\`${path}\` (its beginning; read the file for the rest)`, document.languageId, beginning);
}

/** With a fence longer than any in the text. */
function quoted(place: string, language: string, text: string): string {
  const longest = Math.max(2, ...(text.match(/`{3,}/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  return `In ${place}:\n${fence}${language}\n${text}\n${fence}\n`;
}

const SEVERITIES = ['error', 'warning', 'information', 'hint'] as const;

function problemLine(path: string, { range, severity, message, source }: vscode.Diagnostic): string {
  const place = `${path}:${range.start.line + 1}:${range.start.character + 1}`;
  return `- ${place}: ${SEVERITIES[severity]}: ${message}${source ? ` (${source})` : ''}`;
}
