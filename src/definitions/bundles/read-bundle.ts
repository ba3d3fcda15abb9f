/** One bundle's file, read and checked: what it says, and all that is wrong with or worth knowing about it. */
import { basename, dirname, resolve } from 'node:path';
import { isRecord } from '../../protocol/reading.ts';
import { readText } from '../agents/read-text.ts';
import { splitFile } from '../agents/split-file.ts';
import { type Diagnostic, isError } from '../diagnostic.ts';
import { type PlacedYaml, parsePlacedYaml } from '../placed-yaml.ts';
import type { Bundle, BundleAgent, BundleModule, BundleService, Origin } from './bundle.ts';
import { AGENT_FORMS, BUNDLE_KEYS, CONTEXT_FORMS, KNOWN_KEYS, type Module } from './bundle-keys.ts';
import type { BundleReading } from './bundle-reading.ts';
import { type Checker, createChecker } from './check-keys.ts';
import { isIpcDefinition, readIpcDefinition } from './ipc-definition.ts';

export interface BundleRead {
  /** Undefined when a diagnostic is an error. */
  readonly bundle: Bundle | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Never throws: a file that cannot be read is a diagnostic. */
export async function readBundle(file: string, isRemote = false): Promise<BundleRead> {
  const text = await readText(file, 'a bundle');
  return typeof text === 'string' ? readBundleText(text, file, isRemote) : onlyFault(text);
}

export function readBundleText(text: string, file: string, isRemote = false): BundleRead {
  const split = /\.ya?ml$/i.test(file) ? { yaml: text, line: 1, body: '' } : splitFile(text);
  if ('message' in split) return onlyFault({ file, ...split });
  const placed = parsePlacedYaml(split.yaml, { file, line: split.line, what: 'bundle' });
  if (placed.diagnostics.length > 0) return { bundle: undefined, diagnostics: placed.diagnostics };
  if (!isRecord(placed.content)) {
    const about = { message: 'The bundle has no keys.', remedy: 'Write "key: value" lines.' };
    return onlyFault(placed.note({ path: [], ...about }));
  }
  const check = createChecker(placed.note);
  const { _meta: meta } = placed.content;
  // A definition that was registered from an address says so.
  const fetched = isRemote || (isRecord(meta) && typeof meta.source_url === 'string');
  const reading: BundleReading = {
    file,
    content: placed.content,
    check,
    origin: (path) => originOf(placed, path, file, fetched),
    isRemote: fetched,
    instruction: split.body,
  };
  const bundle = isIpcDefinition(placed.content) ? readIpcDefinition(reading) : readOwn(reading);
  const { diagnostics } = check;
  return { bundle: diagnostics.some(isError) ? undefined : bundle, diagnostics };
}

function readOwn({ file, content, check, origin, isRemote, instruction }: BundleReading): Bundle {
  check.onlyKnown(content, [], KNOWN_KEYS);
  const identity = check.read(content.bundle, ['bundle'], BUNDLE_KEYS.bundle);
  const name = identity?.name ?? nameOfBundle(file);
  const modules = (key: 'providers' | 'tools' | 'hooks') =>
    (check.read(entries(content[key]), [key], BUNDLE_KEYS[key]) ?? []).map((each, index) =>
      moduleOf(each, origin([key, index])),
    );
  const includes = check.read(entries(content.includes, 'bundle'), ['includes'], BUNDLE_KEYS.includes);
  const { orchestrator, context, ...more } =
    check.read(sessionParts(content.session), ['session'], BUNDLE_KEYS.session) ?? {};
  return {
    name,
    version: identity?.version,
    description: identity?.description ?? '',
    file,
    root: resolve(dirname(file), identity?.namespace_root ?? '.'),
    isRemote,
    includes: (includes ?? []).map(({ bundle }, index) => ({
      uri: bundle,
      origin: origin(['includes', index]),
    })),
    session: {
      ...(orchestrator && { orchestrator: moduleOf(orchestrator, origin(['session', 'orchestrator'])) }),
      ...(context && { context: moduleOf(context, origin(['session', 'context'])) }),
      more,
    },
    providers: modules('providers'),
    tools: modules('tools'),
    hooks: modules('hooks'),
    components: [],
    agents: agentsOf({ file, content, check, origin, isRemote, instruction }, name),
    context: contextOf(content.context, check, origin),
    spawn: check.read(content.spawn, ['spawn'], BUNDLE_KEYS.spawn) ?? {},
    instruction,
    ...(instruction !== '' && { instructionFrom: { file, isRemote } }),
  };
}

/** The name of a bundle that says no other: of its file, or of its folder. */
export function nameOfBundle(file: string): string {
  const name = basename(file).replace(/\.(?:md|ya?ml)$/i, '');
  return name === 'bundle' ? basename(dirname(file)) : name;
}

function agentsOf({ content, check, origin, file }: BundleReading, namespace: string): Bundle['agents'] {
  const { agents } = content;
  const named = (names: readonly string[] | undefined, path: readonly string[]) =>
    (names ?? []).map((name, index) => ({ name, origin: origin([...path, index]) }));
  if (agents === undefined || agents === null) return { roster: ownRoster(file), inline: [] };
  if (agents === 'all' || agents === 'none') return { roster: agents, inline: [] };
  if (Array.isArray(agents)) {
    return { roster: named(check.read(agents, ['agents'], AGENT_FORMS.names), ['agents']), inline: [] };
  }
  if (!isRecord(agents)) {
    check.read(agents, ['agents'], AGENT_FORMS.word);
    return { roster: 'none', inline: [] };
  }
  const { include, ...others } = agents;
  const roster = include === undefined ? undefined : check.read({ include }, ['agents'], AGENT_FORMS.roster);
  const inline = Object.entries(check.read(others, ['agents'], AGENT_FORMS.inline) ?? {}).map(
    ([name, given]): BundleAgent => {
      const { instruction, system, ...frontmatter } = given;
      const body = instruction ?? (isRecord(system) ? system.instruction : undefined);
      const text = typeof body === 'string' ? body : '';
      return {
        name,
        namespace,
        file,
        inline: { frontmatter, instruction: text },
        origin: origin(['agents', name]),
      };
    },
  );
  return {
    roster: include === undefined ? ownRoster(file) : named(roster?.include, ['agents', 'include']),
    inline,
  };
}

function contextOf(value: unknown, check: Checker, origin: BundleReading['origin']): Bundle['context'] {
  if (!isRecord(value) || 'include' in value) {
    const { include = [] } = check.read(value, ['context'], CONTEXT_FORMS.include) ?? {};
    return include.map((path, index) => ({ path, origin: origin(['context', 'include', index]) }));
  }
  const paths = check.read(value, ['context'], CONTEXT_FORMS.map) ?? {};
  return Object.entries(paths).map(([name, path]) => ({ path, origin: origin(['context', name]) }));
}

/** The folder beside `bundle.md` is the bundle's own; beside a behavior it is that of the bundle it belongs to. */
function ownRoster(file: string): 'all' | 'none' {
  return /^bundle\./.test(basename(file)) ? 'all' : 'none';
}

/** As they compose: what is started for it apart from what it is configured with. */
export function moduleOf(given: Module, origin: Origin): BundleModule {
  const { module, id, source, config = {}, ...own } = given;
  const service = serviceOf(own);
  return {
    module,
    ...(id !== undefined && { id }),
    ...(source !== undefined && { source }),
    config,
    ...(service && { service, startedBy: origin }),
    origin,
  };
}

function serviceOf(own: Omit<Module, 'module' | 'id' | 'source' | 'config'>): BundleService | undefined {
  const { command, url, token_env, python, cwd, env, ...common } = own;
  if (url !== undefined) return { url, token_env, ...common };
  if (python !== undefined) return { python, cwd, env, ...common };
  return command === undefined ? undefined : { command, cwd, env, ...common };
}

/** Plain names stand for an entry that says nothing else. */
function entries(value: unknown, key = 'module'): unknown {
  return Array.isArray(value)
    ? value.map((each: unknown) => (typeof each === 'string' ? { [key]: each } : each))
    : value;
}

function sessionParts(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const part = (each: unknown) => (typeof each === 'string' ? { module: each } : each);
  const { orchestrator, context, ...more } = value;
  return {
    ...more,
    ...(orchestrator !== undefined && { orchestrator: part(orchestrator) }),
    ...(context !== undefined && { context: part(context) }),
  };
}

function originOf(
  { note }: PlacedYaml,
  path: readonly PropertyKey[],
  file: string,
  isRemote: boolean,
): Origin {
  const { line, column } = note({ path, message: '', remedy: '' });
  return { file, isRemote, ...(line !== undefined && { line }), ...(column !== undefined && { column }) };
}

function onlyFault(fault: Diagnostic): BundleRead {
  return { bundle: undefined, diagnostics: [fault] };
}
