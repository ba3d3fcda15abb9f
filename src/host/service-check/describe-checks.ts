/** What a service says it offers: whether it says so in time, and whether a host and a model can use it. */
import { asPatchbayError, type PatchbayError } from '../../protocol/errors.ts';
import { HOOK_EVENTS } from '../../protocol/hooks.ts';
import { LONGEST_INSTRUCTIONS, type Manifest } from '../../protocol/manifest.ts';
import { lastWords } from '../links/log-tail.ts';
import { type Check, fault, ok } from './finding.ts';
import { RawLine, SEND_BACK } from './raw-line.ts';
import type { Stand } from './stand.ts';

export const describeCheck: Check = {
  name: 'describe',
  async run(stand) {
    const began = performance.now();
    try {
      stand.manifest = await stand.start().call('describe', {}, { timeoutMs: stand.times.describeMs });
    } catch (error) {
      throw await describeFailure(stand, asPatchbayError(error));
    }
    return ok(`${offersOf(stand.manifest)}; ${Math.round(performance.now() - began)} ms with its start`);
  },
};

export function manifestChecks(manifest: Manifest): Check[] {
  return [
    { name: 'names', run: async () => checkNames(manifest) },
    { name: 'schemas', run: async () => checkSchemas(manifest) },
    ...(manifest.capabilities.tools.some(({ instructions }) => instructions !== undefined)
      ? [{ name: 'instructions', run: async () => checkInstructions(manifest) }]
      : []),
    ...(manifest.capabilities.tool_sources ?? []).map(({ name, error }) => ({
      name: `tool source ${name}`,
      run: async () => {
        if (error) throw fault(error.message, error.remedy ?? 'See what it lists its tools from.');
        return ok();
      },
    })),
    ...(manifest.capabilities.hooks.length > 0
      ? [{ name: 'hook events', run: async () => checkEvents(manifest) }]
      : []),
  ];
}

function checkNames(manifest: Manifest) {
  const { tools, hooks, providers, orchestrators, context_managers: managers } = manifest.capabilities;
  const lists = {
    tool: tools,
    hook: hooks,
    provider: providers,
    orchestrator: orchestrators,
    'context manager': managers,
  };
  for (const [kind, list] of Object.entries(lists)) {
    const names = list.map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) {
      throw fault(`Two ${kind}s are called "${twice}".`, 'Give each a name of its own: calls go by it.');
    }
    const bad =
      kind === 'tool' ? names.find((name) => !TOOL_NAME.test(name)) : names.find((name) => name === '');
    if (bad !== undefined) {
      throw fault(
        `A ${kind} is called "${bad}".`,
        'Use letters, digits, "_" and "-", 64 at most: models accept no others.',
      );
    }
  }
  if (
    Object.values(lists).every((list) => list.length === 0) &&
    manifest.capabilities.content.paths.length === 0
  ) {
    throw fault('It offers nothing.', 'List its tools, hooks or providers in the answer to `describe`.');
  }
  return ok();
}

/** What all model providers accept. */
const TOOL_NAME = /^[A-Za-z0-9_-]{1,64}$/;

function checkSchemas(manifest: Manifest) {
  const { tools } = manifest.capabilities;
  for (const { name, description, input_schema: schema } of tools) {
    if (schema.type !== 'object') {
      throw fault(
        `The input schema of tool "${name}" ${Object.keys(schema).length === 0 ? 'is empty' : 'is not one of an object'}.`,
        'Give a JSON Schema of type "object"; without parameters: {"type":"object","properties":{}}.',
      );
    }
    if (description.trim() === '') {
      throw fault(
        `Tool "${name}" has no description.`,
        'Say in a sentence what it does and when to use it: it is all a model knows of it.',
      );
    }
  }
  return ok(tools.length === 0 ? 'no tools' : undefined);
}

/** Headings would be taken for those of the system prompt they stand in. */
const HEADING_LINE = /^#{1,6}\s/m;

function checkInstructions(manifest: Manifest) {
  const { tools } = manifest.capabilities;
  const given = tools.filter(({ instructions }) => instructions !== undefined);
  for (const { name, instructions = '' } of given) {
    if (instructions.trim() === '')
      throw fault(`The instructions of tool "${name}" are empty.`, 'Leave them out.');
    if (instructions.length > LONGEST_INSTRUCTIONS) {
      throw fault(
        `The instructions of tool "${name}" have ${instructions.length} characters; ${LONGEST_INSTRUCTIONS} reach the model.`,
        'Say how to use the tool, and no more: it stands in every system prompt.',
      );
    }
    if (HEADING_LINE.test(instructions)) {
      throw fault(
        `The instructions of tool "${name}" have a heading.`,
        'Write paragraphs and lists: the headings of service and tool are set around them.',
      );
    }
  }
  return ok(`${given.length} of ${tools.length} tools`);
}

function checkEvents(manifest: Manifest) {
  const known: ReadonlySet<string> = new Set(['*', ...HOOK_EVENTS]);
  for (const { name, events } of manifest.capabilities.hooks) {
    if (events.length === 0)
      throw fault(`Hook "${name}" hears no event.`, 'Name its events, or "*" for all.');
    const unknown = events.find((event) => !known.has(event));
    if (unknown !== undefined) {
      throw fault(
        `Hook "${name}" hears "${unknown}", which never happens.`,
        'See the list of events in docs/services.md; a guard of tools hears "tool:pre".',
      );
    }
  }
  return ok();
}

function offersOf({ capabilities }: Manifest): string {
  const { tools, hooks, providers, orchestrators, context_managers: managers, content } = capabilities;
  const counts = {
    tool: tools,
    hook: hooks,
    provider: providers,
    orchestrator: orchestrators,
    'context manager': managers,
    file: content.paths,
  };
  const parts = Object.entries(counts)
    .filter(([, list]) => list.length > 0)
    .map(([kind, { length }]) => `${length} ${kind}${length === 1 ? '' : 's'}`);
  return parts.join(', ') || 'nothing';
}

/** The link's own words, and what can be found out beyond them. */
async function describeFailure(stand: Stand, error: PatchbayError): Promise<PatchbayError> {
  const said = lastWords(stand.log());
  if (error.kind === 'crashed') {
    const remedy = 'Run the command yourself: it has to stay and wait for lines on its stdin.';
    return fault(`${error.message}${said}`, remedy);
  }
  if (error.kind === 'timeout') {
    const stray = stand.spec.isolation === 'process' ? await strayAnswer(stand) : '';
    const remedy = stray
      ? SEND_BACK
      : 'Answer each line that has an "id" with one line, flush after it, and do slow work after `describe`.';
    return fault(`${error.message}${stray}${said}`, remedy);
  }
  return fault(error.message, 'Compare the answer with the manifest in docs/services.md.');
}

/** Whether it answers, but to something else than was asked. */
async function strayAnswer({ spec, times }: Stand): Promise<string> {
  if (spec.isolation !== 'process') return '';
  await using line = new RawLine(spec);
  try {
    await line.ask('check', 'describe', Math.min(times.describeMs, 3_000));
    return '';
  } catch {
    return line.stray();
  }
}
