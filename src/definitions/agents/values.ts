/** The values that frontmatter keys take, each read through its schema once. */
import * as z from 'zod/mini';
import { CandidateConfig } from '../../protocol/routing.ts';

const UNIT_MS = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
  mo: 30 * 86_400_000,
  y: 365 * 86_400_000,
} as const;
const DURATION = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w|mo|y)$/;

/** Milliseconds, from a number of them or a text such as `30s` (AT-29). */
export const Duration = z.pipe(
  z.union([z.number().check(z.nonnegative()), z.string().check(z.regex(DURATION))]),
  z.transform((value) => (typeof value === 'number' ? value : milliseconds(value))),
);

/** The shortest exact spelling that `Duration` reads as the same time. */
export function durationText(ms: number): string | number {
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    if (ms > 0 && ms % UNIT_MS[unit] === 0) return `${ms / UNIT_MS[unit]}${unit}`;
  }
  return ms;
}

function milliseconds(text: string): number {
  const [, amount = '', unit = 'ms'] = DURATION.exec(text) ?? [];
  return Math.round(Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS]);
}

/** `off`, or how long an answer may be used again. */
export const Cache = z.union([
  z.literal('off'),
  z.pipe(
    z.literal(false),
    z.transform(() => 'off' as const),
  ),
  Duration,
]);

/** YAML's `null` is read as `none` before this (AT-28). */
export const Reasoning = z.pipe(
  z.enum(['none', 'unset', 'minimal', 'low', 'medium', 'high', 'default', 'inherit', '']),
  z.transform((value) => {
    if (value === 'none' || value === 'unset') return 'none' as const;
    return value === 'default' || value === '' ? ('inherit' as const) : value;
  }),
);

export const Text = z.string().check(z.minLength(1));
export const Names = z.array(Text);

/** One name or a list of them, always read as a list. */
export const OneOrMore = z.pipe(
  z.union([Text, Names.check(z.minLength(1))]),
  z.transform((value) => (typeof value === 'string' ? [value] : value)),
);

export const ModuleEntry = z.looseObject({
  module: Text,
  source: z.optional(z.string()),
  config: z.optional(z.record(z.string(), z.unknown())),
  id: z.optional(z.string()),
});
export type ModuleEntry = z.infer<typeof ModuleEntry>;
export const NamesOrModules = z.array(z.union([Text, ModuleEntry]));

/** `model` may be a pattern, as in `gpt-*`. */
export const ModelPreference = z.looseObject({
  provider: Text,
  model: Text,
  config: z.optional(CandidateConfig),
});
export type ModelPreference = z.infer<typeof ModelPreference>;

/** `provider/model`; what follows the first slash is the model, which may have slashes of its own (AT-32). */
const ModelPath = z.string().check(z.regex(/^[^/\s]+\/\S+$/));
export const ModelPaths = z.pipe(
  z.union([ModelPath, z.array(ModelPath).check(z.minLength(1))]),
  z.transform((value) => (typeof value === 'string' ? [value] : value)),
);

/** Whom an agent may delegate to. A single name means only that one. */
export const AgentAccess = z.pipe(
  z.union([Text, Names]),
  z.transform((value) => {
    if (value === 'all' || value === 'none') return value;
    return typeof value === 'string' ? [value] : value;
  }),
);

const SchemaValue = z.union([z.record(z.string(), z.unknown()), z.string()]);
export const InputContract = z.object({
  format: z._default(z.enum(['text', 'json']), 'text'),
  schema: z.optional(SchemaValue),
  schemaRef: z.optional(Text),
});
export const OutputContract = z.object({
  format: z._default(z.enum(['json', 'markdown', 'text']), 'markdown'),
  schema: z.optional(SchemaValue),
  schemaRef: z.optional(Text),
});

export const Count = z.int().check(z.nonnegative());
export const PositiveCount = z.int().check(z.positive());

/** The nested spelling; each has a key of its own at the top too (AT-25). */
export const Limits = z.object({
  maxToolTurns: z.optional(PositiveCount),
  maxTurns: z.optional(PositiveCount),
  maxToolCallsPerTurn: z.optional(PositiveCount),
  maxRetries: z.optional(Count),
  llmTimeout: z.optional(Duration),
  toolTimeout: z.optional(Duration),
  parallelToolCalls: z.optional(z.boolean()),
});

export const Budget = z.object({
  tokens: z.optional(PositiveCount),
  usd: z.optional(z.number().check(z.positive())),
  minutes: z.optional(z.number().check(z.positive())),
});

export const ToolOutput = z.object({
  enabled: z.optional(z.boolean()),
  maxChunks: z.optional(PositiveCount),
  overlapPercent: z.optional(z.number().check(z.minimum(0), z.maximum(50))),
  avgLineBytesThreshold: z.optional(PositiveCount),
  models: z.optional(ModelPaths),
});

const Part = z.union([Text, ModuleEntry]);
export const SessionParts = z.looseObject({ orchestrator: z.optional(Part), context: z.optional(Part) });
