/** The import rules refuse what they are there to refuse, and nothing that the architecture allows. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';

const repoRoot = path.resolve(import.meta.dirname, '../../..');
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) fs.rmSync(folder, { recursive: true, force: true });
});

const allowed = {
  'src/protocol/events.ts': `export interface Event { seq: number }\nexport const first = 1;`,
  'src/sdk/serve.ts': `export { first } from '../protocol/events.ts';`,
  'src/services/shell/service.ts': `import '../../sdk/serve.ts';\nimport './bash.ts';`,
  'src/services/shell/bash.ts': `export const bash = 1;`,
  'src/host/turn.ts': `import type { Event } from '../protocol/events.ts';\nexport type Turn = Event;`,
  'src/extension/activate.ts': `import * as vscode from 'vscode';\nimport '../host/turn.ts';\nexport { vscode };`,
  'webview/main.tsx': `import type { Event } from '../src/protocol/events.ts';\nexport type Row = Event;`,
};

describe('the import check', () => {
  test('accepts what the architecture allows', () => {
    expect(refusals(allowed)).toEqual([]);
  });

  test.each([
    ['services-imports', 'src/services/shell/bash.ts', `import '../../host/turn.ts';`],
    ['services-apart', 'src/services/web/service.ts', `import '../shell/bash.ts';`],
    ['host-imports', 'src/host/spawner.ts', `import '../services/shell/bash.ts';`],
    ['protocol-imports', 'src/protocol/errors.ts', `import '../sdk/serve.ts';`],
    [
      'sdk-imports',
      'src/sdk/define.ts',
      `import type { Turn } from '../host/turn.ts';\nexport type T = Turn;`,
    ],
    ['extension-imports', 'src/extension/chat.ts', `import '../services/shell/bash.ts';`],
    ['known-folder', 'src/helpers/text.ts', `import '../protocol/events.ts';`],
    ['webview-imports', 'webview/rows.tsx', `import '../src/host/turn.ts';`],
    [
      'webview-types-only',
      'webview/fold.ts',
      `import { first } from '../src/protocol/events.ts';\nexport { first };`,
    ],
    [
      'only-the-extension-knows-vscode',
      'src/host/editor.ts',
      `import * as vscode from 'vscode';\nexport { vscode };`,
    ],
    ['light-zod', 'src/protocol/heavy.ts', `import * as z from 'zod';\nexport { z };`],
    ['resolvable', 'src/host/lost.ts', `import './nowhere.ts';`],
    [
      'no-circles',
      'src/protocol/events.ts',
      `import '../protocol/ring.ts';\nexport interface Event { seq: number }\nexport const first = 1;`,
    ],
  ])('refuses by the rule %s', (rule, file, source) => {
    const ring = { 'src/protocol/ring.ts': rule === 'no-circles' ? `import './events.ts';` : 'export {};' };

    expect(refusals({ ...allowed, ...ring, [file]: source })).toContain(rule);
  });
});

/** The names of the rules that refuse something in a project of these files. */
function refusals(files: Record<string, string>): string[] {
  const project = fs.mkdtempSync(path.join(os.tmpdir(), 'patchbay-imports-'));
  folders.push(project);
  const zod = {
    'node_modules/zod/index.js': 'export {};',
    'node_modules/zod/package.json': '{"main":"index.js"}',
  };
  for (const [name, source] of Object.entries({ 'package.json': '{"type":"module"}', ...zod, ...files })) {
    fs.mkdirSync(path.dirname(path.join(project, name)), { recursive: true });
    fs.writeFileSync(path.join(project, name), source);
  }
  const cruiser = path.join(repoRoot, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const rules = path.join(repoRoot, '.dependency-cruiser.cjs');
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [cruiser, 'src', 'webview', '--config', rules, '--output-type', 'json'],
    { cwd: project, encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  const { summary } = JSON.parse(stdout) as { summary: { violations: { rule: { name: string } }[] } };
  return summary.violations.map(({ rule }) => rule.name);
}
