/** Services in the editor: a row's words, icon and menus, and the log as a document (RT-35). */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { serviceItem } from '../../../../src/extension/services/service-item.ts';
import { ServiceState } from '../../../../src/protocol/service-status.ts';
import { statusOf } from '../../../builders/service-status.ts';

describe('a row of the Services view', () => {
  it('says beside the name what the service does, where it runs and what it needs', () => {
    const item = serviceItem(statusOf({ state: 'busy', calls: 3, errors: 1, restarts: 2 }));
    assert.equal(item.label, 'tools-files');
    assert.equal(
      item.description,
      'busy · thread 4 · 5.0 MB · 3 calls · 1.2 ms / 15 ms · 1 error · 2 restarts',
    );
    assert.equal(item.contextValue, 'service.living');
    assert.equal(item.command?.command, 'patchbay.showServiceLog');
  });

  it('is read aloud with all that is known, in words', () => {
    const status = statusOf({
      kind: 'process',
      pid: 77,
      thread_id: undefined,
      in_flight: 1,
      last_error: 'It ended by itself (exit code 7).',
    });
    const label = serviceItem(status).accessibilityInformation?.label;
    assert.equal(
      label,
      'tools-files, State idle, Runs as process 77, Lives for one turn, Memory 5.0 MB, Calls 3, 1 of them open, Errors 0, ' +
        'Latency half within 1.2 ms, 95 % within 15 ms, Restarts 0, Last error It ended by itself (exit code 7).',
    );
  });

  it('does not offer to stop what has ended, and shows no figures of it that are over', () => {
    const item = serviceItem(statusOf({ state: 'crashed', memory_bytes: undefined }));
    assert.equal(item.contextValue, 'service.ended');
    assert.doesNotMatch(String(item.tooltip), /Memory/);
    assert.match(String(item.tooltip), /State: crashed/);
  });

  it('says that it does not know the memory rather than nothing', () => {
    assert.match(String(serviceItem(statusOf({ memory_bytes: undefined })).tooltip), /Memory: unknown/);
  });

  it('says when a service lives as long as its session (RT-23)', () => {
    const item = serviceItem(statusOf({ scope: 'session' }));
    assert.match(String(item.description), /thread 4 · for the session · 5\.0 MB/);
    assert.match(String(item.tooltip), /Lives for: the session/);
  });

  it('has an icon and a word for every state', () => {
    for (const state of ServiceState.options) {
      const { iconPath, description } = serviceItem(statusOf({ state }));
      assert.ok(iconPath instanceof vscode.ThemeIcon);
      assert.match(String(description), /^[a-z ]+( · |$)/);
    }
  });
});

describe('the log of a service', () => {
  it('opens as a read-only document named for the service', async () => {
    await vscode.commands.executeCommand('patchbay.showServiceLog', statusOf({ id: 'gone#1' }));
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.scheme, 'patchbay-service-log');
    assert.equal(document?.fileName, '/tools-files.log');
    assert.equal(vscode.workspace.fs.isWritableFileSystem(document.uri.scheme), undefined);
    assert.match(document.getText(), /said nothing yet/);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });

  it('and the view’s commands do nothing without a service that is meant', async () => {
    await vscode.commands.executeCommand('patchbay.services.focus');
    await vscode.commands.executeCommand('patchbay.stopService', 'selected');
    await vscode.commands.executeCommand('patchbay.showServiceLog', 'selected');
    assert.equal(vscode.window.activeTextEditor, undefined);
  });
});
