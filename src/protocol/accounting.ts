/**
 * One line of the ledger: what one attempt at a model, or one tool call, took (AT-81, AT-82). Names as in ai-agent's
 * accounting files. Nothing of a prompt, an answer or a tool's input or output is in it (AT-86).
 */
import * as z from 'zod/mini';

const common = {
  /** Milliseconds since the epoch. */
  timestamp: z.int(),
  status: z.enum(['ok', 'failed']),
  /** Milliseconds. */
  latency: z.number(),
  error: z.optional(z.string()),
  agentId: z.string(),
  /** Agents from the root to this one, with slashes between. */
  callPath: z.string(),
  /** The session. */
  txnId: z.string(),
  /** The session that delegated to it. */
  parentTxnId: z.nullable(z.string()),
  /** The session at the top of the tree. */
  originTxnId: z.string(),
};

export const AccountingEntry = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('llm'),
    ...common,
    provider: z.string(),
    model: z.string(),
    /** US dollars; absent when the price is not known. */
    costUsd: z.optional(z.number()),
    tokens: z.strictObject({
      input: z.number(),
      output: z.number(),
      cacheRead: z.number(),
      cacheWrite: z.number(),
      total: z.number(),
    }),
  }),
  z.strictObject({
    type: z.literal('tool'),
    ...common,
    /** The service that offers the tool. */
    mcpServer: z.string(),
    command: z.string(),
    /** Of the input and the output, as JSON. */
    charactersIn: z.int(),
    charactersOut: z.int(),
  }),
]);
export type AccountingEntry = z.infer<typeof AccountingEntry>;
