/**
 * The frontmatter of an agent with every key there is and the value that counts for it, made from the option
 * table (AT-90…92). Pasted into a new `.ai` file it reads as the same agent.
 */
import { stringify } from 'yaml';
import type { Settings } from '../settings-schema.ts';
import type { Agent } from './agent.ts';
import { AGENT_OPTIONS, type AgentOption, type Frontmatter, type OptionKey } from './options.ts';
import { durationText } from './values.ts';

/** What the settings say for agents that say nothing themselves. */
export function settingsDefaults({ limits, timeouts, delegation }: Settings): Frontmatter {
  return {
    maxTurns: limits?.iterations,
    maxToolCallsPerTurn: limits?.tool_calls,
    toolTimeout: timeouts?.tool_ms,
    llmTimeout: timeouts?.provider_silence_ms,
    budget: delegation?.child_budget,
  };
}

/** The value that counts for each key: the file's > the defaults > the option's own (AT-34). */
export function effectiveOptions(agent: Agent, defaults: Frontmatter = {}): Frontmatter {
  const { options, limits, contract } = agent;
  const said: Frontmatter = {
    ...options,
    name: agent.name,
    description: agent.description === '' ? undefined : agent.description,
    model_role: agent.model_role.length === 0 ? undefined : [...agent.model_role],
    maxTurns: limits.maxTurns,
    maxToolCallsPerTurn: limits.maxToolCallsPerTurn,
    maxRetries: limits.maxRetries,
    llmTimeout: limits.llmTimeoutMs,
    toolTimeout: limits.toolTimeoutMs,
    parallelToolCalls: limits.parallelToolCalls,
    meta: undefined,
    limits: undefined,
    // With the schemas themselves: a path would lead elsewhere from another folder.
    ...(contract && {
      toolName: contract.toolName,
      input: {
        format: contract.inputFormat,
        ...(contract.inputFormat === 'json' && { schema: contract.inputSchema }),
      },
      output: {
        format: contract.outputFormat,
        ...(contract.outputSchema && { schema: contract.outputSchema }),
      },
    }),
  };
  const keys = Object.keys(AGENT_OPTIONS) as OptionKey[];
  const entries = keys.map((key) => [key, said[key] ?? defaults[key] ?? optionOf(key).fallback] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Frontmatter;
}

/** YAML with a comment for each key, between its fences; a key that nothing counts for is null. */
export function frontmatterTemplate(effective: Frontmatter): string {
  const keys = Object.keys(AGENT_OPTIONS) as OptionKey[];
  const blocks = keys.map((key) => {
    const { about, expects } = optionOf(key);
    return `# ${about}: ${expects}\n${stringify({ [key]: written(key, effective[key]) }, { lineWidth: 0 })}`;
  });
  return `---\n${blocks.join('')}---\n`;
}

/** As a person writes them: times as durations. */
export function writtenOptions(options: Frontmatter): Record<string, unknown> {
  const keys = Object.keys(options) as OptionKey[];
  return Object.fromEntries(keys.map((key) => [key, written(key, options[key])]));
}

function written(key: OptionKey, value: unknown): unknown {
  if (value === undefined) return null;
  return optionOf(key).isDuration && typeof value === 'number' ? durationText(value) : value;
}

function optionOf(key: OptionKey): AgentOption {
  return AGENT_OPTIONS[key];
}
