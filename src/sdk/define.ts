/**
 * What a service author writes: components as plain objects with a function each. `describe` and the JSON
 * Schemas are derived from them (RT-3).
 */
import type * as core from 'zod/v4/core';
import type { ChatRequest, ChatResponse, Message, ModelInfo } from '../protocol/data.ts';
import type { HookData, HookEvent, HookResult, OnFailure } from '../protocol/hooks.ts';
import type { JsonSchema, Permissions, ToolAnnotations } from '../protocol/manifest.ts';
import type { ExecuteConfig } from '../protocol/methods.ts';
import type { CallContext, Environment } from './context.ts';

/** Any zod schema, of `zod` or `zod/mini`. */
export type Schema<T = unknown> = core.$ZodType<T>;

interface Component<C> {
  readonly name: string;
  /** Validates what `configure` brings for this component; without it `config` is what came, else `{}`. */
  readonly config?: Schema<C>;
  readonly timeoutMs?: number;
}

export interface ToolContext<C> extends CallContext {
  readonly config: C;
  /** The folder the session works in; absolute. */
  readonly cwd: string;
  /** The model's id of this call, or the request's when the model gave none. */
  readonly callId: string;
  /** Reports progress: text is appended to what the person sees while the tool runs. */
  progress(text: string, percent?: number): void;
}

export interface ToolDefinition<I = unknown, C = unknown> extends Component<C> {
  /** What it does and when to use it: a model reads it with the schema at each call. */
  readonly description: string;
  /**
   * How to use it well, where that takes more than a sentence or two: markdown without headings, at most
   * `LONGEST_INSTRUCTIONS` characters. It stands once in the system prompt of agents that may use the tool. Tools of a
   * service that say the same share one place.
   */
  readonly instructions?: string;
  /**
   * An object schema, whose JSON Schema is what the model sees; or plain JSON Schema, of which required names, types
   * and choices at the top are checked before `execute` gets the input.
   */
  readonly input: Schema<I> | { readonly jsonSchema: JsonSchema };
  readonly annotations?: ToolAnnotations;
  /**
   * Returns the output: any JSON value, or one that says what it is (`{ type: 'text' | 'json', value }`), or a whole
   * ToolResult. A `ToolFailure` becomes `success: false`
   * with its message for the model; any other throw is an error of the service.
   */
  execute(input: I, context: ToolContext<C>): unknown;
}

/** Tools that are known only when the service runs: those of an API's description, of a folder, of another server. */
export interface ToolSource {
  readonly name: string;
  /** Milliseconds it has to list its tools; 5 000 unless said otherwise. */
  readonly timeoutMs?: number;
  /**
   * Asked once in the life of a service, when it describes itself; before it is configured. What it throws is told
   * under its name, and the service has its other tools.
   */
  list(context: ToolSourceContext): Promise<readonly ToolDefinition[]>;
}

export interface ToolSourceContext {
  /** Aborted when its time is over. */
  readonly signal: AbortSignal;
  readonly environment: Environment;
}

export interface HookContext<C> extends CallContext {
  readonly config: C;
}

export interface HookDefinition<C = unknown> extends Component<C> {
  /** Event names, or `*` for all but the per-token ones. */
  readonly events: readonly (HookEvent | '*')[];
  /** Ascending; default 100. */
  readonly priority?: number;
  readonly onFailure?: OnFailure;
  /** Undefined means CONTINUE. */
  handle(event: string, data: HookData, context: HookContext<C>): HookOutcome | Promise<HookOutcome>;
}
export type HookOutcome = Partial<HookResult> | undefined;

export interface ProviderContext<C> extends CallContext {
  readonly config: C;
  /** Streams a piece of the answer. Empty text is ignored. */
  token(text: string): void;
  thinking(text: string): void;
}

export interface ProviderDefinition<C = unknown> extends Component<C> {
  /** Calls the model once, streaming as it goes. Errors are PatchbayErrors with kind and retry hints. */
  complete(request: ChatRequest, context: ProviderContext<C>): Promise<ChatResponse>;
  models(context: ProviderContext<C>): Promise<ModelInfo[]>;
}

export interface ContextManager {
  addMessage(message: Message): void | Promise<void>;
  /** The messages for the next model call, within the budget in tokens where one is given. */
  getMessages(budget: { contextWindow?: number; maxOutputTokens?: number }): Message[] | Promise<Message[]>;
  clear(): void | Promise<void>;
}

export interface ContextManagerDefinition<C = unknown> extends Component<C> {
  create(config: C): ContextManager;
}

export interface OrchestratorContext<C> extends CallContext {
  readonly config: C;
  /** Takes what the person typed since the last call, oldest first (RT-45). */
  takeSteering(): string[];
  /** Refuses such text from now on, so that none is accepted and never read. False: some waits to be taken. */
  closeSteering(): boolean;
}

export interface OrchestratorDefinition<C = unknown> extends Component<C> {
  /** Runs the loop and returns the final text. */
  execute(
    request: { prompt: string; systemPrompt: string; config: ExecuteConfig },
    context: OrchestratorContext<C>,
  ): Promise<string>;
}

/** A service's content: paths (`context/…`, `agents/…`) and how to read one. */
export interface ContentDefinition {
  readonly paths: readonly string[];
  read(path: string): string | Promise<string>;
}

/** All a service offers. Lists that are missing are empty. */
export interface ServiceDefinition {
  readonly name: string;
  readonly version?: string;
  /**
   * How long one lives: for a turn, unless starting anew would be absurd. One for the session keeps what it has
   * in memory until the session ends, it crashes, or its file changes.
   */
  readonly scope?: 'turn' | 'session';
  readonly permissions?: Permissions;
  readonly tools?: readonly ToolDefinition[];
  /** Sources of more tools. With any, the service is started to describe itself in each turn. */
  readonly toolSources?: readonly ToolSource[];
  readonly hooks?: readonly HookDefinition[];
  readonly providers?: readonly ProviderDefinition[];
  readonly contextManagers?: readonly ContextManagerDefinition[];
  readonly orchestrators?: readonly OrchestratorDefinition[];
  readonly content?: ContentDefinition;
  /**
   * Does beforehand what would make the first call slow: called in a thread that waits for a turn, which may begin
   * meanwhile. What it throws is ignored; the call will meet the same.
   */
  warmUp?(): void | Promise<void>;
  /** Ends what outlives a call (child processes, connections) when the service is stopped. */
  dispose?(): void | Promise<void>;
}

export const defineTool = <I, C = Record<string, unknown>>(tool: ToolDefinition<I, C>) => tool;
export const defineToolSource = (source: ToolSource) => source;
export const defineHook = <C = Record<string, unknown>>(hook: HookDefinition<C>) => hook;
export const defineProvider = <C = Record<string, unknown>>(provider: ProviderDefinition<C>) => provider;
export const defineContextManager = <C = Record<string, unknown>>(manager: ContextManagerDefinition<C>) =>
  manager;
export const defineOrchestrator = <C = Record<string, unknown>>(orchestrator: OrchestratorDefinition<C>) =>
  orchestrator;

/** A tool that could not do what was asked: the model is told why and may try otherwise. */
export class ToolFailure extends Error {
  override readonly name = 'ToolFailure';
  readonly output: unknown;
  /** @param output what the model gets beside the message, e.g. what a failed command printed. */
  constructor(message: string, output?: unknown) {
    super(message);
    this.output = output;
  }
}
