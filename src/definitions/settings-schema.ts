/** What settings may say, whichever layer they come from. */
import * as z from 'zod/mini';
import { ApprovalRule } from '../protocol/approvals.ts';
import { OnFailure } from '../protocol/hooks.ts';
import { isServiceUrl } from '../protocol/http-wire.ts';
import { RoutingSettings } from '../protocol/routing.ts';

/** The agent a session begins with when nothing else is chosen. */
export const DEFAULT_AGENT = 'build';

const ofEveryService = {
  config: z.optional(z.record(z.string(), z.unknown())),
  /** Hook events that stay closed when the service cannot be started: it is a guard. */
  gates: z.optional(z.array(z.string())),
  /** What a failure of any of its hooks means, whatever the service itself says. */
  on_failure: z.optional(OnFailure),
};
const env = z.optional(z.record(z.string(), z.string()));
/**
 * One more service of the person's own: a program or a script in Python (process), a module (thread), or one that
 * runs elsewhere.
 */
export const ServiceSettings = z.union([
  z.strictObject({
    command: z.array(z.string()).check(z.minLength(1)),
    cwd: z.optional(z.string()),
    env,
    ...ofEveryService,
  }),
  z.strictObject({
    entry: z.string(),
    env,
    /** Megabytes of heap after which the thread is ended. */
    max_heap_mb: z.optional(z.int().check(z.positive())),
    ...ofEveryService,
  }),
  z.strictObject({
    url: z.string().check(z.refine(isServiceUrl, 'is no https address, nor an http address of this machine')),
    /** The name of the variable that holds its token; the token itself is never in a file. */
    token_env: z.optional(z.string()),
    ...ofEveryService,
  }),
  z.strictObject({
    python: z.strictObject({ script: z.string(), requirements: z.optional(z.array(z.string())) }),
    cwd: z.optional(z.string()),
    env,
    ...ofEveryService,
  }),
]);

export type ServiceSettings = z.infer<typeof ServiceSettings>;

const ProviderSettings = z.looseObject({
  default_model: z.optional(z.string()),
  base_url: z.optional(z.string()),
});

const BudgetSettings = z.strictObject({
  tokens: z.optional(z.int().check(z.positive())),
  usd: z.optional(z.number().check(z.positive())),
  minutes: z.optional(z.number().check(z.positive())),
});

/** Which bundle is in use, which others may be named, and which are laid over every one. */
const BundleSettings = z.strictObject({
  /** A name, a path or an address. */
  active: z.optional(z.string()),
  /** Paths and addresses by name. */
  added: z.optional(z.record(z.string(), z.string())),
  /** Names, paths or addresses. */
  app: z.optional(z.array(z.string())),
});
/** A text alone is the active one. */
const BundleChoice = z.pipe(
  z.transform((value: unknown) => (typeof value === 'string' ? { active: value } : value)),
  BundleSettings,
);

/** How a service of amplifier-ipc's definitions is started on this machine, in the place of what they say. */
export const ServiceOverride = z.strictObject({
  command: z.array(z.string()).check(z.minLength(1)),
  /** Relative to the folder of a project's settings, or to home for the person's own. */
  working_dir: z.optional(z.string()),
});

/** Keys of Amplifier's that we do not use yet are kept and ignored, so that its files work here. */
export const Settings = z.looseObject({
  /** Provider by name; absent: the first with a key, else the scripted demonstration. */
  provider: z.optional(z.string()),
  /** Model of the provider; absent: its default. */
  model: z.optional(z.string()),
  default_agent: z.optional(z.string()),
  bundle: z.optional(BundleChoice),
  agents: z.optional(
    z.looseObject({
      /** Agents of the project before the person's own of the same name. */
      project_first: z.optional(z.boolean()),
    }),
  ),
  /** Configuration by provider name. */
  providers: z.optional(z.record(z.string(), ProviderSettings)),
  /** Which matrix turns roles into models, and what is changed in it. */
  routing: z.optional(RoutingSettings),
  services: z.optional(z.record(z.string(), ServiceSettings)),
  amplifier_ipc: z.optional(
    z.looseObject({
      /** By the service's `ref`, for every agent, or below an agent's name for that one. */
      service_overrides: z.optional(
        z.record(z.string(), z.union([ServiceOverride, z.record(z.string(), ServiceOverride)])),
      ),
    }),
  ),
  /** Configuration of built-in components by their names. */
  components: z.optional(z.record(z.string(), z.record(z.string(), z.unknown()))),
  approvals: z.optional(
    z.strictObject({
      mode: z.optional(z.enum(['ask', 'allow', 'deny'])),
      rules: z.optional(z.array(ApprovalRule)),
    }),
  ),
  limits: z.optional(
    z.strictObject({
      iterations: z.optional(z.int().check(z.positive())),
      tool_calls: z.optional(z.int().check(z.positive())),
      tokens: z.optional(z.int().check(z.positive())),
      minutes: z.optional(z.number().check(z.positive())),
    }),
  ),
  /** How work is given to other agents. */
  delegation: z.optional(
    z.strictObject({
      /** Children of one session that work at once; the rest waits. */
      max_parallel: z.optional(z.int().check(z.positive())),
      /** The same for all sessions of a window or terminal. */
      max_total: z.optional(z.int().check(z.positive())),
      /** A child of the root is at depth 1. */
      max_depth: z.optional(z.int().check(z.nonnegative())),
      /** Of one prompt and everything that is delegated for it. */
      budget: z.optional(BudgetSettings),
      /** Of each child. */
      child_budget: z.optional(BudgetSettings),
    }),
  ),
  /** Which of its parent's tools a child gets: exactly these, or all but these. */
  spawn: z.optional(
    z.looseObject({ tools: z.optional(z.array(z.string())), exclude_tools: z.optional(z.array(z.string())) }),
  ),
  timeouts: z.optional(
    z.strictObject({
      hook_ms: z.optional(z.number()),
      tool_ms: z.optional(z.number()),
      /** Of a context manager. */
      context_ms: z.optional(z.number()),
      /** A model call that says nothing for so long has failed. */
      provider_silence_ms: z.optional(z.number()),
    }),
  ),
  accounting: z.optional(
    z.strictObject({
      /** Whether what each model and tool call took is also written to `accounting.jsonl` in the person's folder. */
      ledger: z.optional(z.boolean()),
    }),
  ),
  sessions: z.optional(
    z.strictObject({
      /** Days after which deleted sessions are erased from the trash; false: never. Of the person's own file alone. */
      trash_days: z.optional(z.union([z.int().check(z.positive()), z.literal(false)])),
    }),
  ),
  /** Threads that are booted ahead of the next turn, so that it begins at once. */
  spares: z.optional(
    z.strictObject({
      /** At most so many; each takes some megabytes while it waits. 0: none. */
      threads: z.optional(z.int().check(z.nonnegative())),
      /** Without a turn, after which they are ended. */
      idle_minutes: z.optional(z.number().check(z.positive())),
    }),
  ),
  allowed_read_paths: z.optional(z.array(z.string())),
  allowed_write_paths: z.optional(z.array(z.string())),
  denied_read_paths: z.optional(z.array(z.string())),
  denied_write_paths: z.optional(z.array(z.string())),
  /** Names of variables that commands get although they look like secrets. */
  shell_environment: z.optional(z.array(z.string())),
});
export type Settings = z.infer<typeof Settings>;
