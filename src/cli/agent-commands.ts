/** `patchbay agent list|show|new|check|help`. */
import { basename, dirname, join, resolve } from 'node:path';
import { stderr, stdout } from 'node:process';
import { AGENT_SOURCES, type AgentSource } from '../definitions/agents/agent.ts';
import { type AgentPlaces, mentionPlaces } from '../definitions/agents/agent-places.ts';
import { type AgentCatalog, type CatalogEntry, catalogOf } from '../definitions/agents/catalog.ts';
import { createAgentFile } from '../definitions/agents/create-agent.ts';
import { effectiveDefinition, effectiveDefinitionText } from '../definitions/agents/effective-definition.ts';
import { findAgent } from '../definitions/agents/find-agent.ts';
import { type KnownNames, nameFaults } from '../definitions/agents/name-faults.ts';
import { nearestName } from '../definitions/agents/nearest-name.ts';
import { createAgentReader } from '../definitions/agents/reader.ts';
import { effectiveOptions, frontmatterTemplate, settingsDefaults } from '../definitions/agents/template.ts';
import type { Surroundings } from '../definitions/compose.ts';
import { loadDefinitions } from '../definitions/definitions.ts';
import { type Diagnostic, diagnosticText, isError } from '../definitions/diagnostic.ts';
import type { Settings } from '../definitions/settings-schema.ts';
import { componentNames } from '../host/component-names.ts';
import { asPatchbayError, PatchbayError } from '../protocol/errors.ts';
import { EXIT } from './exit-codes.ts';
import { terminalHost } from './terminal-surroundings.ts';

interface Where {
  readonly cwd: string;
}

const HEADINGS: Readonly<Record<AgentSource, string>> = {
  environment: 'Named by a variable',
  user: 'Yours',
  project: 'Of this project',
  bundle: 'Of the bundle in use',
  registered: 'Registered definitions',
  shipped: 'Shipped',
};

/** Grouped by source, in order of precedence. */
export async function listAgents(
  around: Surroundings,
  options: Where & { readonly json: boolean },
): Promise<void> {
  const { catalog } = await load(around, options);
  const entries = [...catalog.entries.values()];
  if (options.json) {
    for (const { agent, shadows } of entries) {
      const { name, source, file, description } = agent;
      stdout.write(
        `${JSON.stringify({ name, source, description, file, shadows: shadows.map((each) => each.file) })}\n`,
      );
    }
  } else {
    const width = Math.max(0, ...entries.map(({ agent }) => agent.name.length));
    const groups = AGENT_SOURCES.map((source) => entries.filter(({ agent }) => agent.source === source));
    const texts = groups
      .filter((group) => group.length > 0)
      .map((group) =>
        [HEADINGS[group[0]!.agent.source], ...group.map((entry) => listLine(entry, width))].join('\n'),
      );
    stdout.write(`${texts.join('\n\n')}\n`);
  }
  const errors = catalog.diagnostics.filter(isError).length;
  if (errors > 0) stderr.write(`${errors} more cannot be used: patchbay agent check says why.\n`);
}

/** The effective definition as YAML, which file it is from and what that shadows. */
export async function showAgent(
  around: Surroundings,
  name: string,
  options: Where & { readonly json: boolean },
): Promise<void> {
  const { catalog, settings } = await load(around, options);
  const entry = find(catalog, name);
  stdout.write(
    options.json
      ? `${JSON.stringify(effectiveDefinition(entry, settings))}\n`
      : effectiveDefinitionText(entry, settings),
  );
}

/**
 * Writes an agent to begin with and gives its path.
 * @throws PatchbayError `config` when there is such a file already or the name is none
 */
export async function newAgent(
  around: Surroundings,
  name: string,
  options: Where & { readonly user: boolean },
): Promise<void> {
  const folder = options.user
    ? join(around.home, 'agents')
    : join(resolve(options.cwd), '.amplifier', 'agents');
  stdout.write(`${await createAgentFile(folder, name)}\n`);
}

/** Prints what is wrong with some files or, without any, with all; gives the exit code. */
export async function checkAgents(
  around: Surroundings,
  files: readonly string[],
  options: Where & { readonly json: boolean },
): Promise<number> {
  const { catalog, places } = await load(around, options);
  const checked =
    files.length === 0
      ? catalog
      : await catalogOf(
          files.map((file) => ({ file: resolve(file), source: 'project' as const })),
          createAgentReader(),
          { others: [...catalog.entries.keys()], mentions: mentionPlaces(places) },
        );
  const known = await knownNames(around, options, catalog);
  const found = [
    ...checked.diagnostics,
    ...[...checked.entries.values()].flatMap((entry) => nameFaults(entry, known)),
  ];
  for (const diagnostic of found) {
    stdout.write(`${options.json ? JSON.stringify(diagnostic) : labelled(diagnostic)}\n`);
  }
  const count = checked.entries.size;
  if (!options.json && found.length === 0)
    stdout.write(`${count} ${count === 1 ? 'agent is' : 'agents are'} in order.\n`);
  return found.some(isError) ? EXIT.failed : EXIT.done;
}

/** Description, usage and the template of its frontmatter (AT-90). */
export async function helpAgent(around: Surroundings, name: string, options: Where): Promise<void> {
  const { catalog, settings } = await load(around, options);
  const { agent } = find(catalog, name);
  const usage = agent.contract?.usage ?? agent.options.usage ?? 'what to do';
  const template = frontmatterTemplate(effectiveOptions(agent, settingsDefaults(settings)));
  const description = agent.description === '' ? 'It says none.' : agent.description;
  stdout.write(`DESCRIPTION
  ${description.replaceAll('\n', '\n  ')}

Usage: patchbay run --agent ${agent.name} ${JSON.stringify(usage)}

Frontmatter Template
${template}`);
}

async function load(
  around: Surroundings,
  options: Where,
): Promise<{ catalog: AgentCatalog; settings: Settings; places: AgentPlaces }> {
  const request = { cwd: resolve(options.cwd), trusted: true, overrides: {} };
  const { settings, catalog, diagnostics, places } = await loadDefinitions(around, request);
  for (const diagnostic of diagnostics) stderr.write(`${diagnosticText(diagnostic)}\n`);
  return { catalog, settings, places };
}

function find(catalog: AgentCatalog, name: string): CatalogEntry {
  const entry = catalog.entries.get(findAgent(catalog.agents, name)?.name ?? name);
  if (entry) return entry;
  const near = nearestName(name, catalog.entries.keys());
  // A file that is faulty is likely the one that is meant.
  const faulty = catalog.diagnostics.find(
    (each) => isError(each) && basename(each.file).startsWith(`${name}.`),
  );
  const remedy =
    near === undefined
      ? `Choose one of: ${[...catalog.entries.keys()].join(', ')}.`
      : `Did you mean "${near}"?`;
  throw new PatchbayError('config', `There is no agent "${name}".`, {
    remedy: faulty ? diagnosticText(faulty) : remedy,
  });
}

/** Of tools, as far as they can be known; says so when they cannot. */
async function knownNames(
  around: Surroundings,
  options: Where,
  { agents }: AgentCatalog,
): Promise<KnownNames> {
  try {
    await using host = terminalHost(around);
    const composition = await host.compose({ cwd: resolve(options.cwd), trusted: true });
    return await componentNames(host, composition, agents);
  } catch (thrown) {
    const { message, remedy = '' } = asPatchbayError(thrown);
    stderr.write(`Names of tools are not checked: ${message} ${remedy}\n`);
    return {};
  }
}

function listLine({ agent, shadows }: CatalogEntry, width: number): string {
  const more =
    shadows.length === 0
      ? ''
      : ` (shadows ${shadows.map(({ source, file }) => `${source}: ${dirname(file)}`).join(', ')})`;
  return `  ${agent.name.padEnd(width)}  ${agent.description.split('\n', 1)[0]}${more}`;
}

function labelled(diagnostic: Diagnostic): string {
  const { severity = 'error' } = diagnostic;
  const text = diagnosticText(diagnostic);
  return severity === 'error' ? text : `${text} (${severity})`;
}
