/**
 * Every key an agent's frontmatter may have: what it means, what it takes, what holds without it. The parser,
 * its diagnostics and the template of `patchbay agent help` are all made from this one table (AT-92).
 */
import * as z from 'zod/mini';
import * as values from './values.ts';

export interface AgentOption<Schema extends z.ZodMiniType = z.ZodMiniType> {
  /** One sentence for the template. */
  readonly about: string;
  /** Follows "Write …" in a diagnostic. */
  readonly expects: string;
  readonly schema: Schema;
  /** What holds when nobody says anything; absent: nothing does. */
  readonly fallback?: z.infer<Schema>;
  /** The keys of an object that has no others. */
  readonly keys?: readonly string[];
  /** Milliseconds, written as a duration. */
  readonly isDuration?: true;
  /** Read and kept, for other programs or a service of the person's own; nothing of ours acts on it. */
  readonly isInert?: true;
}

function option<Schema extends z.ZodMiniType>(
  about: string,
  expects: string,
  schema: Schema,
  more: Omit<AgentOption<Schema>, 'about' | 'expects' | 'schema'> = {},
): AgentOption<Schema> {
  return { about, expects, schema, ...more };
}

const inert = { isInert: true } as const;

const duration = (about: string, fallback: number) =>
  option(about, 'milliseconds or a duration such as 30s, 5m or 1h', values.Duration, {
    fallback,
    isDuration: true,
  });
const count = (about: string, fallback: number) =>
  option(about, 'a whole number from 1', values.PositiveCount, { fallback });
const names = (about: string, more: { isInert?: true } = {}) =>
  option(about, 'a name or a list of names', values.OneOrMore, more);
const modules = (about: string) =>
  option(about, 'a list of names or of {module, source, config, id}', values.NamesOrModules);
const share = (about: string, more: { isInert?: true } = {}, most = 1) =>
  option(about, `a number from 0 to ${most}`, z.number().check(z.minimum(0), z.maximum(most)), more);
const text = (about: string, more: { isInert?: true } = {}) => option(about, 'a text', values.Text, more);

export const AGENT_OPTIONS = {
  name: text('What the agent is called; without it, the name of the file'),
  description: text('What it does and when to use it; other agents choose by this'),
  usage: text('A short example of what to ask, for an agent that is a tool of its own'),

  model_role: names(
    'What the work needs: general, fast, coding, …; a list is a chain, the first that fits counts',
  ),
  provider_preferences: option(
    'Models to prefer, best first; a model may be a pattern',
    'a list of {provider, model, config}',
    z.array(values.ModelPreference),
  ),
  models: option(
    'Models to prefer as provider/model, best first',
    'provider/model, such as anthropic/claude-sonnet-4-5, or a list of them',
    values.ModelPaths,
  ),
  provider: text('The provider that answers, whatever else is set'),
  model: text("The provider's model, whatever else is set"),
  temperature: share('How freely the model chooses its words; without it, the model’s own', {}, 2),
  topP: share('Choose from the likeliest words that make up so much; without it, the model’s own'),
  topK: option('Sampling among so many words', 'a whole number from 1', values.PositiveCount, inert),
  repeatPenalty: option(
    'Penalty for repetition',
    'a number from 0',
    z.number().check(z.nonnegative()),
    inert,
  ),
  maxOutputTokens: option(
    'Longest answer of one model call, in tokens; without it, the model’s own',
    'a whole number from 1',
    values.PositiveCount,
  ),
  reasoning: option(
    'How much the model thinks first',
    'one of none, minimal, low, medium, high, inherit',
    values.Reasoning,
    { fallback: 'inherit' },
  ),
  reasoningTokens: option('Most tokens to think with', 'a whole number from 0', values.Count, inert),
  caching: option(
    'Whether the provider may keep the prompt in its cache, where it asks',
    'full or none',
    z.enum(['full', 'none']),
    { fallback: 'full' },
  ),

  tools: modules('The only tools it may use; without it, all'),
  providers: modules(
    'Providers that answer it unless a role says otherwise, best first; config counts over the settings',
  ),
  hooks: modules('Hooks it is meant to run with; config counts over the settings'),
  session: option(
    'Another agent loop or conversation context',
    '{orchestrator, context}, each a name or {module, source, config}',
    values.SessionParts,
    inert,
  ),
  agents: option('Whom it may delegate to', 'all, none, a name or a list of names', values.AgentAccess),

  toolName: text('Name of the tool that the agent is for others; without it, from the name of the file'),
  input: option(
    'What the tool takes',
    '{format: text} or {format: json, schema} (or schemaRef, a file beside this one)',
    values.InputContract,
    { keys: Object.keys(values.InputContract.shape) },
  ),
  output: option(
    'What the tool gives',
    '{format: markdown}, {format: text} or {format: json, schema} (or schemaRef, a file beside this one)',
    values.OutputContract,
    { keys: Object.keys(values.OutputContract.shape) },
  ),
  cache: option(
    'How long its answer to the same task is used again, when it is given work',
    'off, milliseconds or a duration such as 5m',
    values.Cache,
    { fallback: 'off', isDuration: true },
  ),

  maxTurns: count('Most model calls for one task', 100),
  maxToolCallsPerTurn: count('Most tool calls in one answer of the model', 64),
  maxRetries: option('Attempts after a model call failed', 'a whole number from 0', values.Count, {
    fallback: 4,
  }),
  llmTimeout: duration('A model that says nothing for so long has failed', 120_000),
  toolTimeout: duration('A tool call that takes so long has failed', 120_000),
  parallelToolCalls: option('Whether tool calls of one answer run together', 'true or false', z.boolean(), {
    fallback: true,
    ...inert,
  }),
  budget: option(
    'Most that one run of it as a child may use',
    '{tokens, usd, minutes}, each a number above 0',
    values.Budget,
    { keys: Object.keys(values.Budget.shape) },
  ),
  toolResponseMaxBytes: option(
    'Longer tool output keeps its head and its tail',
    'a whole number from 1',
    values.PositiveCount,
    inert,
  ),
  toolOutput: option(
    'How tool output that is too long is cut',
    '{enabled, maxChunks, overlapPercent, avgLineBytesThreshold, models}',
    values.ToolOutput,
    { keys: Object.keys(values.ToolOutput.shape), ...inert },
  ),

  advisors: names('Agents that are asked first', inert),
  router: option(
    'Agents that a task may be handed to',
    '{destinations: [names]}',
    z.object({ destinations: values.Names }),
    { keys: ['destinations'], ...inert },
  ),
  handoff: text('The agent that goes on with the answer', inert),
  plugins: names('Plugins of other programs', inert),

  meta: option(
    'name, description and model_role as Amplifier writes them',
    '{name, description}',
    z.looseObject({
      name: z.optional(values.Text),
      description: z.optional(values.Text),
      model_role: z.optional(values.OneOrMore),
    }),
  ),
  limits: option(
    'maxToolTurns (that is maxTurns), llmTimeout, toolTimeout, maxRetries, parallelToolCalls',
    '{maxToolTurns, llmTimeout, toolTimeout, maxRetries, parallelToolCalls}',
    values.Limits,
    { keys: Object.keys(values.Limits.shape) },
  ),
};

export type OptionKey = keyof typeof AGENT_OPTIONS;
export type Frontmatter = { readonly [Key in OptionKey]?: z.infer<(typeof AGENT_OPTIONS)[Key]['schema']> };

/** Any of these makes an agent a tool of its own, and then all that such a tool needs must be there. */
export const CONTRACT_KEYS = ['toolName', 'usage', 'input', 'output'] as const satisfies readonly OptionKey[];

/** What only whoever runs an agent decides, on the command line (AT-30). */
export const RUNTIME_KEYS = [
  'traceLLM',
  'traceMCP',
  'verbose',
  'accounting',
  'save',
  'load',
  'stream',
  'targets',
];
