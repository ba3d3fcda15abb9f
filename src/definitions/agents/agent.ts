/** What an agent file says, in one shape whichever dialect it is written in. */
import type { MentionedFile } from './mentioned-files.ts';
import type { Frontmatter } from './options.ts';
import type { ModelPreference, ModuleEntry } from './values.ts';

/** Where an agent comes from, first match wins (DL-4). */
export const AGENT_SOURCES = ['environment', 'user', 'project', 'bundle', 'registered', 'shipped'] as const;
export type AgentSource = (typeof AGENT_SOURCES)[number];

/** How a file is written: ours and Amplifier's, `.ai`, VS Code's `.agent.md`, Claude's. */
export type AgentFormat = 'amplifier' | 'ai' | 'vscode' | 'claude';

export type JsonSchema = Record<string, unknown>;

export interface Agent {
  readonly name: string;
  readonly description: string;
  /** The markdown body: the system instruction, its placeholders not filled yet. */
  readonly instruction: string;
  /** The files that the body mentions (DL-1). */
  readonly context: readonly MentionedFile[];
  /** Names of the only tools it may use; undefined: all. */
  readonly tools: readonly string[] | undefined;
  /** Tools it names, or its known modules bring: a spawn policy keeps them (DL-21). */
  readonly declared_tools: readonly string[];
  readonly provider: string | undefined;
  readonly model: string | undefined;
  /** Roles, the first that can be resolved counts; empty: none said. */
  readonly model_role: readonly string[];
  /** In order of preference, those of `models` after those of `provider_preferences`. */
  readonly provider_preferences: readonly ModelPreference[];
  /** Whom it may delegate to; undefined: everyone as a root, nobody as a child. */
  readonly agents: 'all' | 'none' | readonly string[] | undefined;
  readonly limits: AgentLimits;
  /** Present when the agent is offered as a tool of its own. */
  readonly contract: AgentContract | undefined;
  /** Entries with `module` of the lists `tools`, `providers` and `hooks`, and plain names of the last two. */
  readonly modules: Readonly<Record<'tools' | 'providers' | 'hooks', readonly ModuleEntry[]>>;
  /** Every key of ours that the file gives, as read. */
  readonly options: Frontmatter;
  /** Keys that are none of ours, as they are (DL-5). */
  readonly extra: Readonly<Record<string, unknown>>;
  readonly file: string;
  readonly source: AgentSource;
  /** Of a bundle's agent: `namespace:name` means it too. */
  readonly namespace?: string | undefined;
  /** The file of amplifier-ipc's definition whose agent it is: what that composes is there in its turns (DL-11). */
  readonly definition?: string | undefined;
  readonly format: AgentFormat;
}

/** What the file says; what it does not say is inherited (AT-34). */
export interface AgentLimits {
  readonly maxTurns?: number;
  readonly maxToolCallsPerTurn?: number;
  readonly maxRetries?: number;
  /** A model call that says nothing for so long has failed. */
  readonly llmTimeoutMs?: number;
  readonly toolTimeoutMs?: number;
  readonly parallelToolCalls?: boolean;
  /** Of one run of it as a child (AT-63). */
  readonly budget?: { readonly tokens?: number; readonly usd?: number; readonly minutes?: number };
}

/** An agent as a tool of its own (AT-20…24). */
export interface AgentContract {
  /** As written; what a model sees of it is `wireName`. */
  readonly toolName: string;
  /** A short example of what to ask. */
  readonly usage: string;
  readonly inputFormat: 'text' | 'json';
  /** What the tool asks for: the given schema, or that of a text prompt (AT-24). */
  readonly inputSchema: JsonSchema;
  readonly outputFormat: 'json' | 'markdown' | 'text';
  /** What the answer must match, where one is given. */
  readonly outputSchema?: JsonSchema;
}
