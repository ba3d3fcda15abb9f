/** `patchbay config`: every setting that counts in a folder, its value and where it comes from (DL-15). */
import { resolve } from 'node:path';
import { stderr, stdout } from 'node:process';
import type { Surroundings } from '../definitions/compose.ts';
import { loadDefinitions } from '../definitions/definitions.ts';
import { diagnosticText } from '../definitions/diagnostic.ts';
import { effectiveSettings, settingText } from '../definitions/effective-settings.ts';

export async function showConfig(
  around: Surroundings,
  options: { readonly cwd: string; readonly json: boolean },
): Promise<void> {
  const request = { cwd: resolve(options.cwd), trusted: true, overrides: {} };
  const definitions = await loadDefinitions(around, request);
  for (const diagnostic of definitions.diagnostics) stderr.write(`${diagnosticText(diagnostic)}\n`);
  const lines = effectiveSettings(definitions, around.environment);
  for (const line of lines) stdout.write(`${options.json ? JSON.stringify(line) : settingText(line)}\n`);
  if (lines.length === 0) stderr.write('Nothing is set: everything is as it ships.\n');
}
