/** What the orchestrator is told at the start of a turn. */
import type { Frontmatter } from '../definitions/agents/options.ts';
import type { Params } from '../protocol/methods.ts';
import type { TurnParts } from './turn-parts.ts';

export function executeParams(
  { table, tools, options, foreignLoop }: TurnParts,
  orchestrator: string,
  systemPrompt: string,
): Params<'orchestrator.execute'> {
  const { composition, start } = options;
  const { limits = {} } = composition.settings;
  const { limits: own, options: said } = composition.agent;
  const resumed = start.kind === 'resume' ? start : undefined;
  return {
    prompt: (start.kind === 'prompt' ? start.text : resumed?.prompt) ?? '',
    system_prompt: systemPrompt,
    orchestrator,
    config: {
      tools: tools.map(({ descriptor: { name, description, input_schema: parameters } }) => ({
        name,
        description,
        parameters,
        // The reference's loop reads tools as services describe them.
        ...(foreignLoop && { input_schema: parameters }),
      })),
      hooks: table.allHooks(),
      provider_name: composition.provider,
      model: composition.model,
      resume: resumed !== undefined && resumed.prompt === undefined,
      pending_calls: resumed && [...resumed.pendingCalls],
      finished_calls: resumed && [...resumed.finishedCalls],
      max_iterations: own.maxTurns ?? limits.iterations,
      max_tool_calls: own.maxToolCallsPerTurn ?? limits.tool_calls,
      max_retries: own.maxRetries,
      reasoning_effort: effortOf(said.reasoning),
      max_tokens: limits.tokens,
      max_wall_ms: limits.minutes === undefined ? undefined : limits.minutes * 60_000,
    },
  };
}

/** Providers know how much, not whether: without a word most do not think first. */
function effortOf(reasoning: Frontmatter['reasoning']): string | undefined {
  return reasoning === 'none' || reasoning === 'inherit' ? undefined : reasoning;
}
