/**
 * How much a model is asked to think. Claude 4.6 and later decide themselves, steered by an effort; earlier ones
 * take a budget in tokens; the newest can't be told to stop.
 * Source: platform.claude.com/docs/en/build-with-claude/thinking and …/effort, November 2026.
 */
import type { OutputConfig, ThinkingConfigParam } from '@anthropic-ai/sdk/resources/messages/messages';
import type { Turn } from '../../sdk/provider/conversation.ts';
import { familyOf, type ModelFamily } from './model-family.ts';

export interface Thinking {
  readonly thinking?: ThinkingConfigParam;
  readonly effort?: OutputConfig['effort'];
}

/** By default the newer models return thinking blocks without their text; people want to read it. */
const ADAPTIVE = { type: 'adaptive', display: 'summarized' } as const;

const BUDGETS: Readonly<Record<string, number>> = {
  minimal: 1_024,
  low: 4_096,
  medium: 10_000,
  high: 20_000,
  xhigh: 32_000,
  max: 32_000,
};

/** @param effort as in ChatRequest: `none`, `minimal` … `max`; anything else counts as not given. */
export function thinkingOf(model: string, effort: string | undefined, maxTokens: number): Thinking {
  const family = familyOf(model);
  if (family && family.version >= 4.6) return adaptive(family, effort);
  const budget = Math.min(BUDGETS[effort ?? ''] ?? 0, maxTokens - 1_024);
  const isAble = !family || family.version >= 3.7;
  return isAble && budget >= 1_024 ? { thinking: { type: 'enabled', budget_tokens: budget } } : {};
}

function adaptive(family: ModelFamily, effort: string | undefined): Thinking {
  switch (effort) {
    case 'none':
      return switchedOff(family);
    case 'minimal':
      return { thinking: ADAPTIVE, effort: 'low' };
    case 'low':
    case 'medium':
    case 'high':
    case 'max':
      return { thinking: ADAPTIVE, effort };
    case 'xhigh':
      return { thinking: ADAPTIVE, effort: family.version >= 4.7 ? effort : 'high' };
    default:
      return { thinking: ADAPTIVE };
  }
}

function switchedOff({ line, version }: ModelFamily): Thinking {
  if (line === 'sonnet' && version >= 5.5) return { thinking: { type: 'between_tools' } };
  const canStop = line === 'haiku' || line === 'sonnet' || (line === 'opus' && version < 5.5);
  return canStop ? { thinking: { type: 'disabled' } } : { thinking: ADAPTIVE, effort: 'low' };
}

/**
 * With a budget, the API refuses to go on after tool calls that no signed thinking precedes, as when another
 * vendor's model made them.
 */
export function canGoOnThinking(turns: readonly Turn[]): boolean {
  const lastPrompt = turns.findLastIndex((turn) => turn.role === 'user');
  return turns
    .slice(lastPrompt + 1)
    .every((turn) => turn.role !== 'assistant' || /thinking$/.test(turn.blocks[0]?.type ?? ''));
}
