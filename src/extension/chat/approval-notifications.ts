/** A question whose session no chat shows comes as a notification, answerable right there. */
import * as vscode from 'vscode';
import type { EventOf } from '../../protocol/events.ts';
import type { EditorHost } from '../editor-host.ts';
import type { ChatHomes } from './chat-homes.ts';

export function notifyHiddenApprovals(host: EditorHost, homes: ChatHomes): vscode.Disposable {
  return host.onEvent(({ session, event }) => {
    if (event.type !== 'approval.requested' || homes.chats.isShown(session.id)) return;
    void ask(host.rootOf(session.id), event, homes);
  });
}

async function ask(rootId: string, asked: EventOf<'approval.requested'>, homes: ChatHomes): Promise<void> {
  const show = vscode.l10n.t('Show');
  const text = `${asked.path.join(' › ')}: ${asked.prompt} ${whatOf(asked.subject)}`;
  // The question's own words where there is no tool that could run just once.
  const answers = asked.subject.details ? asked.options : ['Allow once', 'Deny'];
  const choice = await vscode.window.showWarningMessage(text, ...answers, show);
  if (choice === undefined) return;
  if (choice === show) {
    const connection = await homes.focus();
    if (connection) await homes.chats.show(connection, rootId);
    return;
  }
  const runner = await homes.chats.runner(rootId);
  await runner.answer(asked.approval_id, { choice });
}

function whatOf({ details, tool_input: input, tool_name: tool }: Subject): string {
  if (details) return details.map(({ name, text }) => `${name}: ${text}.`).join(' ');
  const { command, file_path: path } = input ?? {};
  return typeof command === 'string' ? command : typeof path === 'string' ? path : (tool ?? '');
}

type Subject = EventOf<'approval.requested'>['subject'];
