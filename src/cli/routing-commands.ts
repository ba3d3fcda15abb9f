/** `patchbay routing list|show|use`: which models do which work, why, and another choice. */
import { join, resolve } from 'node:path';
import { stderr, stdout } from 'node:process';
import { availableProviders } from '../definitions/available-providers.ts';
import type { ComposeRequest, Surroundings } from '../definitions/compose.ts';
import { type Diagnostic, diagnosticText } from '../definitions/diagnostic.ts';
import { homeSettingsFile } from '../definitions/settings.ts';
import { changeSetting } from '../host/change-settings.ts';
import { listModels } from '../host/providers.ts';
import { matrixLines, type RoleLine, routingReport } from '../host/routing-report.ts';
import { asPatchbayError, PatchbayError } from '../protocol/errors.ts';
import { terminalHost } from './terminal-surroundings.ts';

interface FolderOptions {
  readonly cwd: string;
  readonly json: boolean;
}

export async function listRouting(around: Surroundings, options: FolderOptions): Promise<void> {
  const { lines, diagnostics } = await matrixLines(around, requestOf(options));
  report(diagnostics);
  for (const line of lines) {
    if (options.json) print(JSON.stringify(line));
    else print(`${line.isActive ? '*' : ' '} ${line.name.padEnd(12)} ${line.description}${shadowText(line)}`);
  }
}

/** @throws PatchbayError `config` when there is no such matrix. */
export async function showRouting(
  around: Surroundings,
  name: string | undefined,
  options: FolderOptions & { readonly refresh: boolean },
): Promise<void> {
  const request = requestOf(options);
  if (options.refresh) await refreshModels(around, request);
  const { matrix, roles, providers, diagnostics } = await routingReport(around, request, name);
  if (!matrix) throw missing(diagnostics);
  report(diagnostics);
  if (options.json) {
    print(JSON.stringify({ name: matrix.name, file: matrix.file, providers, roles }, undefined, 2));
    return;
  }
  print(`${matrix.name}: ${matrix.matrix.description}`);
  print(matrix.file);
  print(`providers set up: ${providers.join(', ') || 'none'}`);
  for (const role of roles) print(roleText(role));
}

/** @throws PatchbayError `config` when there is no such matrix, or the settings cannot be read. */
export async function useRouting(
  around: Surroundings,
  name: string,
  options: { readonly cwd: string; readonly project: boolean },
): Promise<void> {
  const request = requestOf(options);
  const { matrix, diagnostics } = await routingReport(around, request, name);
  if (!matrix) throw missing(diagnostics);
  const file = options.project
    ? join(request.cwd, '.amplifier', 'settings.yaml')
    : homeSettingsFile(around.home);
  await changeSetting(file, ['routing', 'matrix'], name);
  print(`${name} is the routing matrix now (${file}).`);
  const { lines } = await matrixLines(around, request);
  const active = lines.find(({ isActive }) => isActive)?.name;
  if (active !== name) stderr.write(`In this folder "${active}" still counts: its own settings name it.\n`);
}

/** Asks every provider that is set up which models it has; one that cannot say is named. */
async function refreshModels(around: Surroundings, request: ComposeRequest): Promise<void> {
  await using host = terminalHost(around);
  const composition = await host.compose(request);
  const providers = availableProviders(around.environment, composition.settings);
  await Promise.all(
    providers.map(async ({ name }) => {
      try {
        await listModels(host, composition, name);
      } catch (thrown) {
        stderr.write(`${name}: ${asPatchbayError(thrown).message}\n`);
      }
    }),
  );
}

function requestOf({ cwd }: { readonly cwd: string }): ComposeRequest {
  return { cwd: resolve(cwd), trusted: true, overrides: {} };
}

function roleText({ role, isOverridden, choice }: RoleLine): string {
  const model = `${choice.provider} → ${choice.model ?? 'its default'}`;
  const effort = choice.config?.reasoning_effort;
  const how = effort === undefined ? '' : ` (reasoning effort ${effort})`;
  const changed = isOverridden ? ' [changed by the settings]' : '';
  return `  ${role.padEnd(15)} ${model}${how}${changed}\n${' '.repeat(18)}${choice.notice ?? choice.reason.text}`;
}

function shadowText({ shadows }: { readonly shadows: readonly string[] }): string {
  return shadows.length > 0 ? ' (your own, instead of the shipped one)' : '';
}

function missing(diagnostics: readonly Diagnostic[]): PatchbayError {
  const [first] = diagnostics;
  return new PatchbayError('config', first?.message ?? 'There is no such routing matrix.', {
    remedy: first?.remedy,
  });
}

function report(diagnostics: readonly Diagnostic[]): void {
  for (const diagnostic of diagnostics) stderr.write(`${diagnosticText(diagnostic)}\n`);
}

function print(line: string): void {
  stdout.write(`${line}\n`);
}
