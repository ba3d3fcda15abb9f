/** The palette's commands for definitions by address. */
import * as vscode from 'vscode';
import { asPatchbayError } from '../../protocol/errors.ts';
import type { EditorAgents } from '../agents/editor-agents.ts';
import type { DefinitionParts } from './definition-flows.ts';

const FLOWS = ['discover', 'register', 'install', 'update', 'refresh', 'unregister', 'uninstall'] as const;

export function registerDefinitions(parts: DefinitionParts, agents: EditorAgents): vscode.Disposable[] {
  return FLOWS.map((name) =>
    vscode.commands.registerCommand(`patchbay.${name}Definitions`, async () => {
      try {
        const flows = await import('./definition-flows.ts');
        await flows[name](parts);
      } catch (thrown) {
        const { kind, message, remedy } = asPatchbayError(thrown);
        if (kind === 'cancelled') return;
        void vscode.window.showErrorMessage(remedy ? `${message} ${remedy}` : message);
      } finally {
        agents.refresh();
      }
    }),
  );
}
