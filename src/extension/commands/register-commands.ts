/** The commands of the palette and the views, one line each. */
import * as vscode from 'vscode';
import { asPatchbayError } from '../../protocol/errors.ts';
import type { SessionHead } from '../../protocol/session-head.ts';
import type { EditorAgents } from '../agents/editor-agents.ts';
import type { ChatHomes } from '../chat/chat-homes.ts';
import type { EditorHost } from '../editor-host.ts';
import { selectionText } from './attachments.ts';

import { deleteSession, exportSession, forkSession, renameSession } from './change-session.ts';
import { chooseMatrix } from './choose-matrix.ts';
import { delegateToAgent } from './delegate-to-agent.ts';
import { pickAgent } from './pick-agent.ts';
import { pickSession } from './pick-session.ts';
import { addProviderKey, removeProviderKey } from './provider-keys.ts';
import { selectModel } from './select-model.ts';

export function registerCommands(
  host: EditorHost,
  homes: ChatHomes,
  agents: EditorAgents,
): vscode.Disposable[] {
  const { chats } = homes;
  const show = async (sessionId: string | undefined) => {
    const connection = await homes.focus();
    if (connection) await chats.show(connection, sessionId);
    else chats.rememberSession(sessionId);
  };
  /** From the palette the person chooses. */
  const onChosen = async (head: SessionHead | undefined, run: (chosen: SessionHead) => Promise<unknown>) => {
    const chosen = head ?? (await pickSession(host));
    if (chosen) await run(chosen);
  };
  const answerPending = async (choice: string) => {
    const runner = chats.active?.runner;
    const { approvals } = await host.get();
    const [pending] = approvals.all().filter((asked) => host.rootOf(asked.session_id) === runner?.session.id);
    if (runner && pending) await runner.answer(pending.approval_id, { choice });
    else void vscode.window.showInformationMessage(vscode.l10n.t('Nothing waits for an approval here.'));
  };
  const commands: Record<string, (...args: never[]) => Promise<unknown>> = {
    newSession: () => show(undefined),
    openSession: (sessionId: string) => show(sessionId),
    resumeSession: async () => {
      const head = await pickSession(host);
      if (head) await show(head.session_id);
    },
    renameSession: (head?: SessionHead) => onChosen(head, (chosen) => renameSession(host, chosen)),
    forkSession: (head?: SessionHead) =>
      onChosen(head, async (chosen) => show(await forkSession(host, chosen))),
    exportSession: (head?: SessionHead) => onChosen(head, (chosen) => exportSession(host, chosen)),
    deleteSession: (head?: SessionHead) =>
      onChosen(head, (chosen) =>
        deleteSession(host, chosen, async () => {
          const { active } = chats;
          if (active?.shown?.id === chosen.session_id) await chats.show(active, undefined);
        }),
      ),
    openInEditor: async () => homes.openPanel(chats.active?.shown?.id),
    focusChat: () => homes.focus(),
    stop: async () => chats.active?.runner?.stop(),
    stopAll: async () => {
      const running = await host.get();
      const { heads } = await running.sessions.list();
      for (const head of heads) running.cancel(head.session_id);
    },
    approvePending: () => answerPending('Allow once'),
    denyPending: () => answerPending('Deny'),
    addProviderKey: async () => {
      if (await addProviderKey(host)) await chats.refreshStatus();
    },
    removeProviderKey: async () => {
      if (await removeProviderKey(host)) await chats.refreshStatus();
    },
    selectModel: () => selectModel(host),
    chooseRoutingMatrix: () => chooseMatrix(host),
    delegateToAgent: (agent?: string) => delegateToAgent({ host, homes, agents }, agent),
    switchAgent: async () => {
      const answering = chats.active?.runner?.agent ?? chats.newAgent;
      const title = vscode.l10n.t('Which agent answers from the next prompt on?');
      const agent = await pickAgent(agents, { title, marked: answering });
      if (agent) await chats.switchAgent(agent.name);
    },
    showLog: async () => host.log.show(),
    openSettings: async () =>
      vscode.commands.executeCommand('workbench.action.openSettings', '@ext:patchbay.patchbay'),
    openWalkthrough: async () =>
      vscode.commands.executeCommand('workbench.action.openWalkthrough', 'patchbay.patchbay#patchbay.start'),
    askAboutSelection: async () => {
      const connection = await homes.focus();
      const text = selectionText();
      if (connection && text !== undefined) connection.send({ type: 'compose', text });
    },
  };
  return Object.entries(commands).map(([name, run]) =>
    vscode.commands.registerCommand(`patchbay.${name}`, async (...args: never[]) => {
      try {
        return await run(...args);
      } catch (thrown) {
        const { message, remedy } = asPatchbayError(thrown);
        void vscode.window.showErrorMessage(remedy ? `${message} ${remedy}` : message);
        return undefined;
      }
    }),
  );
}
