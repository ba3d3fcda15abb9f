/** What counts of an agent, which file it is from and what that shadows: shown in the terminal and the editor (DL-4). */
import { stringify } from 'yaml';
import type { Settings } from '../settings-schema.ts';
import type { CatalogEntry } from './catalog.ts';
import { effectiveOptions, settingsDefaults, writtenOptions } from './template.ts';

/** Plain data, in the order in which it is to be read. */
export function effectiveDefinition(
  { agent, shadows }: CatalogEntry,
  settings: Settings,
): Record<string, unknown> {
  return {
    source: agent.source,
    file: agent.file,
    shadows: shadows.map(({ file, source }) => ({ source, file })),
    ...writtenOptions(effectiveOptions(agent, settingsDefaults(settings))),
    ...(Object.keys(agent.extra).length > 0 && { extra: agent.extra }),
    instruction: agent.instruction,
    ...(agent.context.length > 0 && {
      mentioned: agent.context.flatMap(({ paths }) => paths.map(({ file }) => file)),
    }),
  };
}

/** The same as YAML, for people. */
export function effectiveDefinitionText(entry: CatalogEntry, settings: Settings): string {
  return stringify(effectiveDefinition(entry, settings), { lineWidth: 0 });
}
