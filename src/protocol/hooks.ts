/**
 * Hook events and results (protocol.md §6-§8). The host passes results on; the orchestrator acts on them.
 */
import * as z from 'zod/mini';
import { Message } from './data.ts';
import { reading } from './reading.ts';

export const HookAction = z.enum(['CONTINUE', 'DENY', 'MODIFY', 'INJECT_CONTEXT', 'ASK_USER']);
export type HookAction = z.infer<typeof HookAction>;

/** What happens when a hook crashes, hangs, answers garbage or is missing. */
export const OnFailure = z.enum(['ask', 'deny', 'allow']);
export type OnFailure = z.infer<typeof OnFailure>;

/**
 * Read in either case, written in capitals. Nulls are what the reference sends for "not set". An answer without
 * an action is none: a gate that says nothing has not said yes (RT-42a).
 */
export const HookResult = z.looseObject({
  action: reading((value) => (typeof value === 'string' ? value.toUpperCase() : value), HookAction),
  data: z.nullish(z.record(z.string(), z.unknown())),
  reason: z.nullish(z.string()),
  message: z.nullish(Message),
  question: z.nullish(z.string()),
  injected_messages: z.nullish(z.array(Message)),
  context_injection: z.nullish(z.string()),
  context_injection_role: z.nullish(z.enum(['user', 'system', 'assistant'])),
  ephemeral: z.nullish(z.boolean()),
  append_to_last_tool_result: z.nullish(z.boolean()),
  suppress_output: z.nullish(z.boolean()),
  user_message: z.nullish(z.string()),
  user_message_level: z.nullish(z.enum(['info', 'warning', 'error'])),
  user_message_source: z.nullish(z.string()),
  approval_prompt: z.nullish(z.string()),
  approval_options: z.nullish(z.array(z.string())),
  /** Seconds. */
  approval_timeout: z.nullish(z.number()),
  approval_default: z.nullish(z.enum(['allow', 'deny'])),
  /** Ours: the DENY may be lifted once by the person. */
  overridable: z.nullish(z.boolean()),
  /** Ours: a rule the person may accept with "Always", as written to settings. */
  suggested_rule: z.nullish(z.record(z.string(), z.unknown())),
  /** Ours: which hook of which service this comes from; filled by the host. */
  hook: z.nullish(z.string()),
  service: z.nullish(z.string()),
});
export type HookResult = z.infer<typeof HookResult>;

export const APPROVAL_TIMEOUT_S = 300;

/** Hook points that gate something: a hook that fails there has not said yes (design §6). */
export const GATE_EVENTS: ReadonlySet<string> = new Set(['tool:pre', 'prompt:submit', 'provider:request']);

/** Every event name of the reference and of its core, in the order of protocol.md §8. */
export const HOOK_EVENTS = [
  'session:start',
  'session:end',
  'session:fork',
  'session:resume',
  'prompt:submit',
  'prompt:complete',
  'plan:start',
  'plan:end',
  'provider:request',
  'provider:response',
  'provider:retry',
  'provider:error',
  'provider:throttle',
  'provider:resolve',
  'provider:tool_sequence_repaired',
  'llm:request',
  'llm:response',
  'content_block:start',
  'content_block:delta',
  'content_block:end',
  'thinking:delta',
  'thinking:final',
  'tool:pre',
  'tool:post',
  'tool:error',
  'context:pre_compact',
  'context:post_compact',
  'context:compaction',
  'context:include',
  'orchestrator:complete',
  'orchestrator:rate_limit_delay',
  'execution:start',
  'execution:end',
  'user:notification',
  'artifact:write',
  'artifact:read',
  'policy:violation',
  'approval:required',
  'approval:granted',
  'approval:denied',
  'cancel:requested',
  'cancel:completed',
  'delegate:agent_spawned',
  'delegate:agent_completed',
  'delegate:agent_resumed',
  'delegate:agent_cancelled',
  'delegate:error',
  'mode:activated',
  'mode:changed',
  'mode:cleared',
  'mentions:resolved',
  'deprecation:warning',
] as const;
export type HookEvent = (typeof HOOK_EVENTS)[number];

/** Sent only to hooks that name exactly this event, never to `*`: there is one per token. */
export const PER_TOKEN_EVENTS: ReadonlySet<string> = new Set(['content_block:delta', 'thinking:delta']);

/** What every hook payload carries beside its own fields (ours). */
export const HookData = z.looseObject({
  session_id: z.optional(z.string()),
  agent: z.optional(z.string()),
  timestamp: z.optional(z.string()),
});
export type HookData = z.infer<typeof HookData>;
