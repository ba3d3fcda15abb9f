/** An agent giving work to another: what is asked of the host, and what comes back (protocol.md §3, DL-20). */
import * as z from 'zod/mini';
import { EventError, TurnStatus } from './outcome.ts';
import { ModelPreference, ModelRole } from './routing.ts';

/** Of the reference; a depth of `none` is what it defaults to on the wire. */
export const ContextDepth = z.enum(['none', 'recent', 'all']);
export const ContextScope = z.enum(['conversation', 'agents', 'full']);

export const SpawnRequest = z.looseObject({
  /** A name, or `self` for the asking agent once more. */
  agent: z.string(),
  instruction: z.string(),
  context_depth: z._default(ContextDepth, 'none'),
  context_scope: z._default(ContextScope, 'conversation'),
  /** How many messages of the parent's conversation `recent` takes. */
  context_turns: z._default(z.int().check(z.positive()), 5),
  /** Tools by name the child goes without; or the only ones of its parent's it may have. */
  exclude_tools: z.optional(z.array(z.string())),
  inherit_tools: z.optional(z.array(z.string())),
  /** The same for hooks. Gates stay: a request can't take a guard away. */
  exclude_hooks: z.optional(z.array(z.string())),
  inherit_hooks: z.optional(z.array(z.string())),
  /** Whom the child may delegate to, instead of what its definition says. */
  agents: z.optional(z.union([z.enum(['all', 'none']), z.array(z.string())])),
  provider_preferences: z.optional(z.array(ModelPreference)),
  model_role: z.optional(ModelRole),
  /** Ours: the call this serves. Asked for again with the same one, the same child is gone on with. */
  tool_call_id: z.optional(z.string()),
});
export type SpawnRequest = z.infer<typeof SpawnRequest>;

export const ResumeRequest = z.looseObject({
  session_id: z.string(),
  instruction: z.string(),
  tool_call_id: z.optional(z.string()),
});
export type ResumeRequest = z.infer<typeof ResumeRequest>;

export const DelegationResult = z.looseObject({
  session_id: z.string(),
  /** The child's last text; what there is of it when it did not complete. */
  response: z.string(),
  turn_count: z.int(),
  /** Ours. */
  status: TurnStatus,
  error: z.optional(EventError),
  metadata: z.looseObject({ agent: z.string() }),
});
export type DelegationResult = z.infer<typeof DelegationResult>;
