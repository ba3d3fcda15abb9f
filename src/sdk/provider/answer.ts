/** A model's answer as every loop reads it: blocks, the text and the calls taken from them, usage with totals. */
import type { ChatResponse, ContentBlock, Usage } from '../../protocol/data.ts';
import { isText, isToolCall } from './conversation.ts';

export interface Answer {
  /** In the order the model wrote them. */
  readonly blocks: readonly ContentBlock[];
  readonly usage: Counted;
  readonly finishReason: string;
  /** At least who answered; a loop keeps it with the message and sends it back. */
  readonly metadata: { readonly provider: string; readonly model: string; readonly [key: string]: unknown };
}

/**
 * Tokens of one call, counted the same for every vendor: `input` is the whole prompt, what was read from and
 * written to a cache included; `output` includes reasoning. Undefined: the vendor does not say.
 */
export interface Counted {
  readonly input: number;
  readonly output: number;
  readonly reasoning?: number | undefined;
  readonly cacheRead?: number | undefined;
  readonly cacheWrite?: number | undefined;
  /** US dollars, where the server says what it charges. */
  readonly costUsd?: number | undefined;
}

/** `text` and `tool_calls` are taken from the blocks, so that they can't disagree. */
export function chatResponse({ blocks, usage, finishReason, metadata }: Answer): ChatResponse {
  return {
    content: [...blocks],
    text: blocks
      .filter(isText)
      .map((block) => block.text)
      .join(''),
    tool_calls: blocks.filter(isToolCall).map(({ id, name, input }) => ({ id, name, arguments: input })),
    usage: usageOf(usage),
    finish_reason: finishReason,
    metadata,
  };
}

function usageOf({ input, output, reasoning, cacheRead, cacheWrite, costUsd }: Counted): Usage {
  return {
    input_tokens: input,
    output_tokens: output,
    total_tokens: input + output,
    ...(reasoning !== undefined && { reasoning_tokens: reasoning }),
    ...(cacheRead !== undefined && { cache_read_tokens: cacheRead }),
    ...(cacheWrite !== undefined && { cache_write_tokens: cacheWrite }),
    ...(costUsd !== undefined && { cost_usd: costUsd }),
  };
}
