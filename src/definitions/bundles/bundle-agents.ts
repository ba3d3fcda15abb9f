/** The agents of a bundle as the catalog takes them: files, and those that are written inside the bundle. */
import { stringify } from 'yaml';
import { isRecord } from '../../protocol/reading.ts';
import type { PlacedFile } from '../agents/agent-places.ts';
import { readAgentText } from '../agents/read-agent.ts';
import { type BundleAgent, placeOf } from './bundle.ts';

/** In order of precedence: what was composed last comes first. */
export async function bundledAgents(
  agents: readonly BundleAgent[],
  source: 'bundle' | 'registered' = 'bundle',
): Promise<PlacedFile[]> {
  return Promise.all(agents.toReversed().map((agent) => placed(agent, source)));
}

async function placed(agent: BundleAgent, source: 'bundle' | 'registered'): Promise<PlacedFile> {
  const { file, namespace, inline } = agent;
  if (!inline) return { file, namespace, source };
  const { frontmatter, instruction } = inline;
  const isNamed = 'name' in frontmatter || (isRecord(frontmatter.meta) && 'name' in frontmatter.meta);
  const whole = isNamed ? frontmatter : { ...frontmatter, name: agent.name };
  const text = `---\n${stringify(whole)}---\n${instruction}`;
  const read = await readAgentText(text, file, { source, format: 'amplifier' });
  // Lines of that text are none of the file.
  const place = placeOf(agent);
  const diagnostics = read.diagnostics.map((each) =>
    each.file === file ? { ...each, ...place, message: `Agent "${agent.name}": ${each.message}` } : each,
  );
  const { line, column } = place;
  const mentions = read.mentions.map((each) => ({ ...each, place: { line, column } }));
  const definition = agent.isDefinition ? { definition: file } : {};
  return { file, namespace, source, ...definition, read: { ...read, diagnostics, mentions } };
}
