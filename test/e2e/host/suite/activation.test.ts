/** The extension as VS Code sees it: it loads, and what package.json promises is there. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';

const extension = vscode.extensions.getExtension('patchbay.patchbay');

describe('the extension', () => {
  it('activates', async () => {
    assert.ok(extension, 'VS Code does not know the extension');
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  it('registers every command that package.json offers', async () => {
    const offered: { command: string }[] = extension?.packageJSON.contributes.commands ?? [];
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.notEqual(offered.length, 0);
    assert.deepEqual(
      offered.map(({ command }) => command).filter((command) => !registered.has(command)),
      [],
    );
  });
});
