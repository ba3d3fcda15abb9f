/** The Services view and its commands. From the palette they ask which service is meant. */
import * as vscode from 'vscode';
import { asPatchbayError } from '../../protocol/errors.ts';
import { isLiving, type ServiceStatus } from '../../protocol/service-status.ts';
import type { EditorHost } from '../editor-host.ts';
import { stateText } from './service-item.ts';
import { ServiceLogs } from './service-logs.ts';
import { ServicesView } from './services-view.ts';

export function registerServices(host: EditorHost): vscode.Disposable[] {
  const view = new ServicesView(host);
  const logs = new ServiceLogs(host);
  /** A row of the view, `selected` from its keys, nothing from the palette. */
  type Meant = ServiceStatus | 'selected' | undefined;
  const choose = (meant: Meant, isWanted: (status: ServiceStatus) => boolean) =>
    meant === 'selected' ? view.selected : (meant ?? pickService(host, isWanted));
  const commands = {
    'patchbay.stopService': async (meant: Meant) => {
      const chosen = await choose(meant, isLiving);
      if (chosen && isLiving(chosen)) await (await host.get()).services.stop(chosen.id);
    },
    'patchbay.showServiceLog': async (meant: Meant) => {
      const chosen = await choose(meant, () => true);
      if (chosen) await logs.show(chosen);
    },
    'patchbay.servicePermissions': async () => {
      const { reviewPermissions } = await import('./service-permissions.ts');
      await reviewPermissions(host);
    },
  };
  const registered = Object.entries(commands).map(([name, run]) =>
    vscode.commands.registerCommand(name, async (meant?: Meant) => {
      try {
        await run(meant);
      } catch (thrown) {
        const { message, remedy } = asPatchbayError(thrown);
        void vscode.window.showErrorMessage(remedy ? `${message} ${remedy}` : message);
      }
    }),
  );
  return [view, logs, ...registered];
}

async function pickService(
  host: EditorHost,
  isWanted: (status: ServiceStatus) => boolean,
): Promise<ServiceStatus | undefined> {
  const services = (await host.get()).services.list().filter(isWanted);
  if (services.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('No services are running. They are started when a turn needs them.'),
    );
    return undefined;
  }
  const picks = services.map((status) => ({
    label: status.service,
    description: [stateText(status), status.session_title].filter((text) => text !== undefined).join(' · '),
    status,
  }));
  const placeHolder = vscode.l10n.t('Which service?');
  return (await vscode.window.showQuickPick(picks, { placeHolder, matchOnDescription: true }))?.status;
}
