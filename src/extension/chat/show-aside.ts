/** What the chat shows outside of itself: a stored event as it is, and what a service said. */
import * as vscode from 'vscode';
import type { ShownSession } from '../../session/shown-session.ts';
import type { DiffDocuments } from '../diff-documents.ts';
import type { EditorHost } from '../editor-host.ts';

export async function showEvent(session: ShownSession, seq: number, documents: DiffDocuments): Promise<void> {
  const { events } = await session.page({ beforeSeq: seq + 1, limit: 1 });
  await documents.show(`event-${seq}.json`, JSON.stringify(events[0], null, 2));
}

/** The log of the session's service while it is known, else all that services said. */
export async function showLog(
  host: EditorHost,
  sessionId: string | undefined,
  service: string,
): Promise<void> {
  const listed = (await host.get()).services.list();
  const found = listed.find((each) => each.session_id === sessionId && each.service === service);
  if (found) await vscode.commands.executeCommand('patchbay.showServiceLog', found);
  else host.log.show(true);
}
