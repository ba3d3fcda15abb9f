/**
 * The method table: what can be asked across a line, in both directions, with parameters and results.
 * Call signatures, validation and documentation derive from it. A new method is one row and one handler.
 */
import * as z from 'zod/mini';
import { ApprovalOutcome, ApprovalRequest } from './approvals.ts';
import { ChatRequest, ChatResponse, Message, ModelInfo, ToolCall, ToolResult, ToolSpec } from './data.ts';
import { DelegationResult, ResumeRequest, SpawnRequest } from './delegation.ts';
import { HookResult } from './hooks.ts';
import { Manifest } from './manifest.ts';
import { isRecord, reading } from './reading.ts';

const None = z.looseObject({});
const Ok = z.unknown();

/** `context.get_messages` answers a bare array; the written specification wraps it. Both are read. */
const Messages = reading(
  (value) => (isRecord(value) && 'messages' in value ? value.messages : value),
  z.array(Message),
);
const ContextBudget = z.looseObject({
  context_window: z.optional(z.number()),
  max_output_tokens: z.optional(z.number()),
});

export const ExecuteConfig = z.looseObject({
  tools: z._default(z.array(ToolSpec), []),
  hooks: z._default(z.array(z.looseObject({ name: z.string() })), []),
  provider_name: z._default(z.string(), 'unknown'),
  /** Ours: the model to ask for, absent for the provider's default. */
  model: z.optional(z.string()),
  /** Ours: go on from the stored conversation; no new prompt is added. */
  resume: z.optional(z.boolean()),
  /** Ours: calls of the last answer that were asked for and never started; a resumed loop runs them first. */
  pending_calls: z.optional(z.array(ToolCall)),
  /** Ours: calls of the last answer that ran, and whose results did not get into the conversation. */
  finished_calls: z.optional(z.array(z.object({ call: ToolCall, result: ToolResult }))),
  max_iterations: z.optional(z.number()),
  max_tool_calls: z.optional(z.number()),
  max_tokens: z.optional(z.number()),
  max_wall_ms: z.optional(z.number()),
  max_retries: z.optional(z.number()),
  retry_base_ms: z.optional(z.number()),
  min_delay_between_calls_ms: z.optional(z.number()),
  reasoning_effort: z.optional(z.string()),
  context_window: z.optional(z.number()),
});
export type ExecuteConfig = z.infer<typeof ExecuteConfig>;

/** Host → service (protocol.md §2). */
export const SERVICE_METHODS = {
  describe: { params: None, result: Manifest },
  configure: { params: z.looseObject({ config: z.record(z.string(), z.unknown()) }), result: Ok },
  ping: { params: None, result: Ok },
  'content.list': {
    params: z.looseObject({ prefix: z.optional(z.string()) }),
    result: z.looseObject({ paths: z.array(z.string()) }),
  },
  'content.read': {
    params: z.looseObject({ path: z.string() }),
    result: z.looseObject({ content: z.string() }),
  },
  'tool.execute': {
    params: z.looseObject({
      name: z.string(),
      input: z.record(z.string(), z.unknown()),
      call_id: z.optional(z.string()),
      /** Ours: the model's id of the call; `call_id` only names its stream on this line. */
      tool_call_id: z.optional(z.string()),
      cwd: z.optional(z.string()),
      deadline_ms: z.optional(z.number()),
    }),
    result: ToolResult,
  },
  'hook.emit': {
    params: z.looseObject({ event: z.string(), data: z.record(z.string(), z.unknown()) }),
    result: HookResult,
  },
  'context.add_message': { params: z.looseObject({ message: Message }), result: Ok },
  'context.get_messages': { params: ContextBudget, result: Messages },
  'context.clear': { params: None, result: Ok },
  'provider.complete': {
    params: z.looseObject({ request: ChatRequest, provider: z.optional(z.string()) }),
    result: ChatResponse,
  },
  'provider.models': {
    params: z.looseObject({ provider: z.optional(z.string()) }),
    result: z.looseObject({ models: z.array(ModelInfo) }),
  },
  'orchestrator.execute': {
    params: z.looseObject({
      prompt: z.string(),
      system_prompt: z.string(),
      orchestrator: z.optional(z.string()),
      config: ExecuteConfig,
    }),
    result: z.string(),
  },
  'orchestrator.cancel': { params: None, result: Ok },
  /** Ours: text typed while a turn runs, delivered before the next model call (RT-45). */
  'orchestrator.steer': { params: z.looseObject({ text: z.string() }), result: Ok },
} as const;

/** Service → host (protocol.md §3). */
export const HOST_METHODS = {
  'request.tool_execute': {
    params: z.looseObject({
      name: z.string(),
      input: z.record(z.string(), z.unknown()),
      /** Ours: the model's id of the call, so that events can be told apart. */
      tool_call_id: z.optional(z.string()),
    }),
    result: ToolResult,
  },
  'request.hook_emit': {
    params: z.looseObject({ event: z.string(), data: z.record(z.string(), z.unknown()) }),
    result: HookResult,
  },
  'request.context_add_message': { params: z.looseObject({ message: Message }), result: Ok },
  'request.context_get_messages': { params: ContextBudget, result: Messages },
  'request.context_clear': { params: None, result: Ok },
  'request.provider_complete': {
    params: z.looseObject({
      request: ChatRequest,
      provider: z.optional(z.string()),
      /** Ours: 1 for the first try of a request. */
      attempt: z.optional(z.number()),
    }),
    result: ChatResponse,
  },
  'request.state_get': {
    params: z.looseObject({ key: z.string() }),
    result: z.looseObject({ value: z.optional(z.unknown()) }),
  },
  'request.state_set': { params: z.looseObject({ key: z.string(), value: z.json() }), result: Ok },
  'request.approval': { params: ApprovalRequest, result: ApprovalOutcome },
  'request.session_spawn': { params: SpawnRequest, result: DelegationResult },
  'request.session_resume': { params: ResumeRequest, result: DelegationResult },
} as const;

export type ServiceMethod = keyof typeof SERVICE_METHODS;
export type HostMethod = keyof typeof HOST_METHODS;
export type Method = ServiceMethod | HostMethod;

type Row<M extends Method> = M extends ServiceMethod
  ? (typeof SERVICE_METHODS)[M]
  : M extends HostMethod
    ? (typeof HOST_METHODS)[M]
    : never;
/** What a caller passes. */
export type Params<M extends Method> = z.input<Row<M>['params']>;
/** What a handler gets after decoding. */
export type DecodedParams<M extends Method> = z.output<Row<M>['params']>;
/** What a caller gets after decoding. */
export type Result<M extends Method> = z.output<Row<M>['result']>;

export function isServiceMethod(name: string): name is ServiceMethod {
  return Object.hasOwn(SERVICE_METHODS, name);
}

export function isHostMethod(name: string): name is HostMethod {
  return Object.hasOwn(HOST_METHODS, name);
}
