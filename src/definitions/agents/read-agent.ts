/** One agent file, read and checked: the agent, and all that is wrong with or worth knowing about the file. */
import { type Diagnostic, isError } from '../diagnostic.ts';
import type { Agent, AgentFormat, AgentLimits, AgentSource } from './agent.ts';
import { readContract } from './contract.ts';
import { formatOf, nameOfFile } from './dialects.ts';
import { type ParsedFrontmatter, parseFrontmatter } from './frontmatter.ts';
import { includeFiles } from './include.ts';
import { toolsOfModule } from './known-tools.ts';
import type { MentionPlaces } from './mention-places.ts';
import { type DrawnIn, drawMentioned } from './mentioned-files.ts';
import type { Frontmatter } from './options.ts';
import { readText } from './read-text.ts';
import { splitFile } from './split-file.ts';
import type { ModuleEntry } from './values.ts';

export interface AgentRead {
  /** Undefined when a diagnostic is an error. */
  readonly agent: Agent | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly mentions: readonly Mention[];
  /** Other files that were read for it. */
  readonly files: readonly string[];
}

/** A name of something else, and where it stands. */
export interface Mention {
  readonly kind: 'agents' | 'tools' | 'roles' | 'hooks' | 'providers';
  readonly name: string;
  readonly place: Pick<Diagnostic, 'line' | 'column'>;
}

export interface ReadAgentOptions {
  readonly source?: AgentSource;
  /** Absent: by the file's name and folder. */
  readonly format?: AgentFormat;
  /** Whether keys that are none of ours are errors; absent: only in `.ai` files. */
  readonly strict?: boolean;
  /** Where the files may be that the body mentions; absent: none is looked for. */
  readonly mentions?: MentionPlaces;
}

/** Names end up in session ids and file names. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]*(?::[\p{L}\p{N}._-]+)?$/u;

const NOTHING: DrawnIn = { context: [], diagnostics: [], files: [] };

/** Never throws: a file that cannot be read is a diagnostic. */
export async function readAgent(file: string, options: ReadAgentOptions = {}): Promise<AgentRead> {
  const text = await readText(file);
  return typeof text === 'string' ? readAgentText(text, file, options) : onlyFault(text);
}

/** As `readAgent`, for text that is already there: of an editor, or a template. */
export async function readAgentText(
  text: string,
  file: string,
  options: ReadAgentOptions = {},
): Promise<AgentRead> {
  const { format = formatOf(file) } = options;
  const mayInclude = (format === 'ai' || format === 'amplifier') && text.includes('include:');
  if (!mayInclude) return readWhole(text, file, { ...options, format });
  const included = await includeFiles(text, file);
  const read = await readWhole(included.text, file, { ...options, format });
  const diagnostics = [
    ...included.diagnostics,
    ...read.diagnostics.map((each) =>
      each.line === undefined || each.file !== file ? each : { ...each, ...included.origin(each.line) },
    ),
  ];
  const agent = included.diagnostics.length > 0 ? undefined : read.agent;
  return { ...read, agent, diagnostics, files: [...included.files, ...read.files] };
}

async function readWhole(
  text: string,
  file: string,
  { source = 'project', format = formatOf(file), strict = format === 'ai', mentions }: ReadAgentOptions,
): Promise<AgentRead> {
  const split = splitFile(text);
  if ('message' in split) return onlyFault({ file, ...split });
  const parsed = parseFrontmatter(split, { file, format, strict });
  const { values, extra } = parsed;
  const name = values.meta?.name ?? values.name ?? nameOfFile(file);
  const description = values.meta?.description ?? values.description;
  const { contract, files: schemas, ...read } = await readContract(parsed, file, description);
  const isOurs = format === 'ai' || format === 'amplifier';
  const mentioned =
    isOurs && mentions
      ? await drawMentioned([{ text, file, from: split.bodyStart, places: mentions }])
      : NOTHING;
  const files = [...schemas, ...mentioned.files];
  const diagnostics = [
    ...parsed.diagnostics,
    ...wrongName(name, parsed),
    ...twoSpellings(parsed),
    ...read.diagnostics,
    ...mentioned.diagnostics,
  ];
  if (diagnostics.some(isError)) return { agent: undefined, diagnostics, mentions: [], files };
  const modules = {
    tools: modulesOf(values.tools, false),
    providers: modulesOf(values.providers, true),
    hooks: modulesOf(values.hooks, true),
  };
  const named = values.tools?.filter((each) => typeof each === 'string');
  const agent: Agent = {
    name,
    description: description ?? '',
    instruction: split.body,
    context: mentioned.context,
    // Modules bring tools, they do not take any away.
    tools: modules.tools.length > 0 && named?.length === 0 ? undefined : named,
    declared_tools: [...(named ?? []), ...modules.tools.flatMap(({ module }) => toolsOfModule(module))],
    provider: values.provider,
    model: values.model,
    model_role: values.meta?.model_role ?? values.model_role ?? [],
    provider_preferences: [...(values.provider_preferences ?? []), ...preferencesOf(values.models ?? [])],
    agents: values.agents,
    limits: limitsOf(values),
    contract,
    modules,
    options: values,
    extra,
    file,
    source,
    format,
  };
  return { agent, diagnostics, mentions: mentionsOf(parsed), files };
}

function onlyFault(fault: Diagnostic): AgentRead {
  return { agent: undefined, diagnostics: [fault], mentions: [], files: [] };
}

function mentionsOf({ values, note }: ParsedFrontmatter): Mention[] {
  const role = values.meta?.model_role ? ['meta', 'model_role'] : ['model_role'];
  const lists = [
    ['agents', ['agents'], Array.isArray(values.agents) ? values.agents : []],
    ['tools', ['tools'], values.tools ?? []],
    ['roles', role, values.meta?.model_role ?? values.model_role ?? []],
    ['hooks', ['hooks'], modulesOf(values.hooks, true).map(({ module }) => module)],
    ['providers', ['providers'], modulesOf(values.providers, true).map(({ module }) => module)],
  ] as const;
  return lists.flatMap(([kind, path, names]) =>
    names.flatMap((name: unknown, index: number): Mention[] => {
      if (typeof name !== 'string') return [];
      const { line, column } = note({ path: [...path, index], message: '', remedy: '' });
      return [{ kind, name, place: { line, column } }];
    }),
  );
}

function wrongName(name: string, { values, note }: ParsedFrontmatter): Diagnostic[] {
  if (NAME.test(name)) return [];
  const better = name.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[-._]+|-+$/g, '');
  const path = values.meta?.name === undefined ? ['name'] : ['meta', 'name'];
  const message = `"${name.slice(0, 60)}" cannot be the name of an agent.`;
  const instead = better === '' ? '' : `, for example "${better.slice(0, 60)}"`;
  return [note({ path, message, remedy: `Write letters, digits, ".", "_" and "-"${instead}.` })];
}

/** Pairs of two spellings of one thing that say different things. */
function twoSpellings({ values, note }: ParsedFrontmatter): Diagnostic[] {
  const pairs = Object.entries(values.limits ?? {}).map(([key, value]) => {
    const flat = key === 'maxToolTurns' ? 'maxTurns' : key;
    return { path: ['limits', key], flat, value, top: values[flat as keyof Frontmatter] };
  });
  return pairs
    .filter(({ value, top }) => top !== undefined && top !== value)
    .map(({ path, flat }) =>
      note({
        path,
        severity: 'warning',
        message: `"${path.join('.')}" and "${flat}" say different things; "${flat}" counts.`,
        remedy: 'Keep one of the two.',
      }),
    );
}

function limitsOf(values: Frontmatter): AgentLimits {
  const { limits = {} } = values;
  const found: AgentLimits = {
    maxTurns: values.maxTurns ?? limits.maxTurns ?? limits.maxToolTurns,
    maxToolCallsPerTurn: values.maxToolCallsPerTurn ?? limits.maxToolCallsPerTurn,
    maxRetries: values.maxRetries ?? limits.maxRetries,
    llmTimeoutMs: values.llmTimeout ?? limits.llmTimeout,
    toolTimeoutMs: values.toolTimeout ?? limits.toolTimeout,
    parallelToolCalls: values.parallelToolCalls ?? limits.parallelToolCalls,
    budget: values.budget,
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

function modulesOf(entries: Frontmatter['tools'], withNames: boolean): ModuleEntry[] {
  return (entries ?? []).flatMap((entry): ModuleEntry[] => {
    if (typeof entry !== 'string') return [entry];
    return withNames ? [{ module: entry }] : [];
  });
}

function preferencesOf(models: readonly string[]) {
  return models.map((path) => {
    const slash = path.indexOf('/');
    return { provider: path.slice(0, slash), model: path.slice(slash + 1) };
  });
}
