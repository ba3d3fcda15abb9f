/** The form of a script file. docs/replay.md says the same in words. */
import * as z from 'zod/mini';
import { ErrorKind } from '../../protocol/errors.ts';

const text = z.string().check(z.minLength(1));
const milliseconds = z.number().check(z.nonnegative());
const tokens = z.int().check(z.nonnegative());

const stepFields = {
  thinking: z.optional(text),
  text: z.optional(text),
  tool_calls: z.optional(
    z.array(z.strictObject({ name: text, arguments: z._default(z.record(z.string(), z.unknown()), {}) })),
  ),
  /** Before the first word. */
  delay_ms: z.optional(milliseconds),
  tokens_per_second: z.optional(z.number().check(z.positive())),
  /** Shown instead of an estimate. */
  usage: z.optional(z.strictObject({ input_tokens: tokens, output_tokens: tokens })),
  /** Fails after what is said, as a real provider would. */
  error: z.optional(
    z.strictObject({
      kind: ErrorKind,
      message: text,
      retryable: z.optional(z.boolean()),
      retry_after_ms: z.optional(milliseconds),
    }),
  ),
};

/** What the results of the last calls must be; all that is given must hold for one of them. */
const Condition = z
  .strictObject({
    denied: z.optional(z.boolean()),
    failed: z.optional(z.boolean()),
    tool: z.optional(text),
    contains: z.optional(text),
  })
  .check(z.refine((condition) => Object.keys(condition).length > 0, 'says nothing to check'));
export type Condition = z.infer<typeof Condition>;

const saysSomething = z.refine<Step>(
  (step) => Boolean(step.text || step.thinking || step.error || step.tool_calls?.length),
  'needs text, thinking, tool_calls or error',
);

const Step = z.strictObject(stepFields);
export type Step = z.infer<typeof Step>;

const Branch = z.strictObject({ when: Condition, ...stepFields }).check(saysSomething);

const Turn = z
  .strictObject({
    ...stepFields,
    /** The first whose condition holds is played instead of the turn's own step. */
    branches: z._default(z.array(Branch), []),
  })
  .check(saysSomething);
export type Turn = z.infer<typeof Turn>;

export const Conversation = z.strictObject({
  /** Text that the prompt has somewhere, in either case, or `/a regular expression/flags`; one of several. */
  match: z.optional(z.union([text, z.array(text).check(z.minLength(1))])),
  /** A prompt to show to someone who asks for something else. */
  example: z.optional(text),
  turns: z.array(Turn).check(z.minLength(1)),
});
export type Conversation = z.infer<typeof Conversation>;

export const Script = z.strictObject({
  tokens_per_second: z.optional(z.number().check(z.positive())),
  conversations: z.array(Conversation).check(z.minLength(1)),
});
export type Script = z.infer<typeof Script>;
