/** The keys a bundle's frontmatter may have, each with its schema and the words for what it takes (DL-10). */
import * as z from 'zod/mini';
import { OnFailure } from '../../protocol/hooks.ts';
import { isServiceUrl } from '../../protocol/http-wire.ts';
import { Names, Text } from '../agents/values.ts';

const Config = z.record(z.string(), z.unknown());

/** One string is split at spaces; a program or argument that has any is written as a list. */
export const Command = z.pipe(
  z.union([Text, z.array(z.string()).check(z.minLength(1))]),
  z.transform((value) => (typeof value === 'string' ? value.trim().split(/\s+/) : value)),
);

export const Module = z.strictObject({
  module: Text,
  id: z.optional(Text),
  source: z.optional(Text),
  config: z.optional(Config),
  command: z.optional(Command),
  url: z.optional(
    z.string().check(z.refine(isServiceUrl, 'is no https address, nor an http address of this machine')),
  ),
  token_env: z.optional(Text),
  python: z.optional(z.strictObject({ script: Text, requirements: z.optional(z.array(z.string())) })),
  cwd: z.optional(Text),
  env: z.optional(z.record(z.string(), z.string())),
  gates: z.optional(Names),
  on_failure: z.optional(OnFailure),
});
export type Module = z.infer<typeof Module>;

/** Version numbers are often written without quotes. */
export const Words = z.pipe(z.union([z.string(), z.number()]), z.transform(String));

const Identity = z.strictObject({
  name: z.optional(Text),
  version: z.optional(Words),
  description: z.optional(z.string()),
  namespace_root: z.optional(Text),
});
const Include = z.strictObject({ bundle: Text });
const Session = z.looseObject({ orchestrator: z.optional(Module), context: z.optional(Module) });
const Spawn = z.strictObject({ tools: z.optional(Names), exclude_tools: z.optional(Names) });
/** Whatever an agent's frontmatter may say, which is checked as such. */
const InlineAgents = z.record(z.string(), Config);
const Roster = z.object({ include: Names });

export interface BundleKey<Schema extends z.ZodMiniType = z.ZodMiniType> {
  readonly schema: Schema;
  /** Follows "Write …" in a diagnostic. */
  readonly expects: string;
  /** The keys of the maps in it that have no others. */
  readonly keys?: readonly string[];
}

function key<Schema extends z.ZodMiniType>(
  schema: Schema,
  expects: string,
  keys?: readonly string[],
): BundleKey<Schema> {
  return { schema, expects, keys };
}

const MODULE_KEYS = Object.keys(Module.shape);
const modules = key(
  z.array(Module),
  'a list of names or of {module, source, config, id}; one with a command, python or url is started as a service',
  MODULE_KEYS,
);

export const BUNDLE_KEYS = {
  bundle: key(Identity, '{name, version, description}', Object.keys(Identity.shape)),
  includes: key(z.array(Include), 'a list of addresses, paths or names of bundles', ['bundle']),
  session: key(Session, '{orchestrator, context}, each a name or {module, source, config}', MODULE_KEYS),
  providers: modules,
  tools: modules,
  hooks: modules,
  spawn: key(Spawn, '{tools: [names]} or {exclude_tools: [names]}', Object.keys(Spawn.shape)),
};

const AGENTS = 'all, none, a list of names, {include: [names]} or {name: {description, instruction, …}}';
export const AGENT_FORMS = {
  word: key(z.enum(['all', 'none']), AGENTS),
  names: key(Names, AGENTS),
  roster: key(Roster, AGENTS),
  inline: key(InlineAgents, AGENTS),
};
const CONTEXT = '{include: [paths]}, or {name: path}';
export const CONTEXT_FORMS = {
  include: key(z.strictObject({ include: Names }), CONTEXT, ['include']),
  map: key(z.record(z.string(), Text), CONTEXT),
};

export const KNOWN_KEYS = [...Object.keys(BUNDLE_KEYS), 'agents', 'context'];
