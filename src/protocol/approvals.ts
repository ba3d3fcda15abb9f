/**
 * A question to the person and its answer. Asked once, answered once, by whoever sees it first.
 */
import * as z from 'zod/mini';

/** What the question is about, in full: exactly what will be done if the answer is yes. */
export const ApprovalSubject = z.looseObject({
  /** The tool call that waits; absent when the question is not about a tool. */
  call_id: z.optional(z.string()),
  tool_name: z.optional(z.string()),
  tool_input: z.optional(z.record(z.string(), z.unknown())),
  /** The hook that asks and why. */
  hook: z.optional(z.string()),
  service: z.optional(z.string()),
  reason: z.optional(z.string()),
  /** A change a hook proposes: before and after, for Accept / Keep original / Edit. */
  before: z.optional(z.unknown()),
  after: z.optional(z.unknown()),
  /** More to know before answering, a line each: what it is called, and what it is. */
  details: z.optional(z.array(z.object({ name: z.string(), text: z.string() }))),
  /** A rule that "Always" would write. */
  suggested_rule: z.optional(z.record(z.string(), z.unknown())),
});
export type ApprovalSubject = z.infer<typeof ApprovalSubject>;

/** `request.approval`. Options are button texts; the reference's words are recognised (see `isGrant`). */
export const ApprovalRequest = z.looseObject({
  prompt: z.string(),
  options: z._default(z.array(z.string()), ['Allow once', 'Deny']),
  timeout_s: z._default(z.number(), 300),
  default: z._default(z.enum(['allow', 'deny']), 'deny'),
  subject: z._default(ApprovalSubject, {}),
});
export type ApprovalRequest = z.infer<typeof ApprovalRequest>;

export const ApprovalAnswer = z.looseObject({
  choice: z.string(),
  /** The tool's input as the person changed it. */
  edited: z.optional(z.record(z.string(), z.unknown())),
  /** Why not, in the person's words; goes to the agent that asked. */
  reason: z.optional(z.string()),
});
export type ApprovalAnswer = z.infer<typeof ApprovalAnswer>;

export const ApprovalOutcome = z.looseObject({
  ...ApprovalAnswer.shape,
  by: z.enum(['person', 'timeout', 'policy', 'cancel']),
  waited_ms: z.number(),
});
export type ApprovalOutcome = z.infer<typeof ApprovalOutcome>;

const GRANTS = new Set([
  'allow',
  'allow once',
  'allow always',
  'allow edited',
  'allow for this session',
  'allow this version',
  'always',
  'always allow',
  'accept',
  'yes',
]);

/** Only explicit words of consent pass; everything else denies. */
export function isGrant(choice: string): boolean {
  return GRANTS.has(choice.trim().toLowerCase());
}

/** A line of `patchbay.approvals.rules`: later and more exact wins. */
export const ApprovalRule = z.object({
  /** Tool name or glob; absent means any. */
  tool: z.optional(z.string()),
  /** Glob over the command or path; absent means any. */
  pattern: z.optional(z.string()),
  /** Folder the call works in, relative to the workspace. */
  folder: z.optional(z.string()),
  agent: z.optional(z.string()),
  action: z.enum(['allow', 'ask', 'deny']),
});
export type ApprovalRule = z.infer<typeof ApprovalRule>;
