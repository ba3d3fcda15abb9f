/**
 * What a service says it offers (`describe`, protocol.md §5). Both shapes of the reference are read;
 * one normal form comes out.
 */
import * as z from 'zod/mini';
import { ErrorKind } from './errors.ts';
import { OnFailure } from './hooks.ts';
import { aliased, isRecord, reading, withoutNulls } from './reading.ts';

export const JsonSchema = z.record(z.string(), z.unknown());
export type JsonSchema = z.infer<typeof JsonSchema>;

export const ToolAnnotations = z.looseObject({
  read_only: z.optional(z.boolean()),
  destructive: z.optional(z.boolean()),
  idempotent: z.optional(z.boolean()),
  open_world: z.optional(z.boolean()),
});
export type ToolAnnotations = z.infer<typeof ToolAnnotations>;

/** Characters of one tool's instructions that reach a model; what is longer is cut, and said to be. */
export const LONGEST_INSTRUCTIONS = 4_000;

export const ToolDescriptor = reading(
  (value) => aliased('input_schema', 'parameters')(withoutNulls(value)),
  z.looseObject({
    name: z.string(),
    description: z._default(z.string(), ''),
    /** Ours: how to use the tool well; stands once in the system prompt, for agents that may use it (AT-54). */
    instructions: z.optional(z.string()),
    input_schema: z._default(JsonSchema, { type: 'object', properties: {} }),
    annotations: z.optional(ToolAnnotations),
    timeout_ms: z.optional(z.number()),
    config_schema: z.optional(JsonSchema),
  }),
);
export type ToolDescriptor = z.infer<typeof ToolDescriptor>;

export const HookDescriptor = reading(
  (given) => {
    const value = withoutNulls(given);
    if (!isRecord(value) || 'events' in value) return value;
    const { event, ...rest } = value;
    return { ...rest, events: typeof event === 'string' ? [event] : [] };
  },
  z.looseObject({
    name: z.string(),
    events: z.array(z.string()),
    priority: z._default(z.number(), 100),
    on_failure: z.optional(OnFailure),
    timeout_ms: z.optional(z.number()),
    config_schema: z.optional(JsonSchema),
  }),
);
export type HookDescriptor = z.infer<typeof HookDescriptor>;

export const ComponentDescriptor = reading(
  withoutNulls,
  z.looseObject({
    name: z.string(),
    timeout_ms: z.optional(z.number()),
    config_schema: z.optional(JsonSchema),
  }),
);
export type ComponentDescriptor = z.infer<typeof ComponentDescriptor>;

/**
 * What a service asks for beyond its own folder and packages; absent, also in part, means nothing (RT-8). Folders
 * and files are absolute, `~/…`, or relative to the session's folder; `*` is everything. A word that is not
 * known here is an error: nobody could hold the service to it.
 */
export const Permissions = z.strictObject({
  read: z.optional(z.array(z.string())),
  write: z.optional(z.array(z.string())),
  /** Hosts, `*` for all. */
  network: z.optional(z.array(z.string())),
  child_processes: z.optional(z.boolean()),
  /** What the host does for it: `approval`, `session_spawn`, `session_resume`. */
  editor: z.optional(z.array(z.string())),
  /** Names of variables of the person's environment. */
  env: z.optional(z.array(z.string())),
});
export type Permissions = z.infer<typeof Permissions>;

const Content = reading(
  (value) => (Array.isArray(value) ? { paths: value } : (value ?? { paths: [] })),
  z.looseObject({ paths: z._default(z.array(z.string()), []) }),
);

/** Ours: a source of tools that was asked for them when the service described itself, and what went wrong (AT-53). */
export const ToolSourceReport = z.looseObject({
  name: z.string(),
  error: z.optional(
    z.looseObject({
      kind: z.catch(ErrorKind, 'tool'),
      message: z.string(),
      remedy: z.optional(z.string()),
    }),
  ),
});
export type ToolSourceReport = z.infer<typeof ToolSourceReport>;

const Capabilities = reading(
  withoutNulls,
  z.looseObject({
    tools: z._default(z.array(ToolDescriptor), []),
    hooks: z._default(z.array(HookDescriptor), []),
    orchestrators: z._default(z.array(ComponentDescriptor), []),
    context_managers: z._default(z.array(ComponentDescriptor), []),
    providers: z._default(z.array(ComponentDescriptor), []),
    content: z._default(Content, { paths: [] }),
    /** Where there are any, `tools` may be others the next time: such a manifest is not remembered. */
    tool_sources: z.optional(z.array(ToolSourceReport)),
  }),
);

/** The normal form: everything under `capabilities`, lists never missing. */
export const Manifest = reading(
  (given) => {
    const value = withoutNulls(given);
    if (!isRecord(value) || 'capabilities' in value) return value;
    const { name, protocol, version, scope, permissions, ...capabilities } = value;
    return { name, protocol, version, scope, permissions, capabilities };
  },
  z.looseObject({
    name: z._default(z.string(), ''),
    protocol: z.optional(z.number()),
    version: z.optional(z.string()),
    /** Ours: `session` for a service that lives from turn to turn (RT-23); anything else is a turn. */
    scope: z.optional(z.string()),
    permissions: z.optional(Permissions),
    capabilities: Capabilities,
  }),
);
export type Manifest = z.infer<typeof Manifest>;
