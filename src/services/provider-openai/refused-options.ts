/**
 * Options that a model or server may not know, and a request without them. They tune an answer and don't change
 * what is asked, so the call is better made without them than not at all.
 */
import type { OpenAiRefusal } from './failure.ts';

/** Fields of both wire APIs that can be left out or replaced. */
export interface Options {
  temperature?: unknown;
  top_p?: unknown;
  stream_options?: unknown;
  reasoning_effort?: unknown;
  reasoning?: { effort?: unknown; summary?: unknown } | null;
  include?: unknown;
  max_tokens?: unknown;
  max_completion_tokens?: unknown;
}

interface Rule {
  readonly option: string;
  /** Tried on the refused field's name and the server's sentence. */
  readonly named: RegExp;
  isIn(params: Options): boolean;
  without(params: Options): Options;
}

const RULES: readonly Rule[] = [
  field('temperature', /temperature/),
  field('top_p', /\btop_p\b/),
  field('stream_options', /stream_options/),
  field('reasoning_effort', /reasoning_effort/),
  {
    option: 'reasoning.summary',
    named: /reasoning\.summary|reasoning summar/i,
    isIn: (params) => params.reasoning?.summary !== undefined,
    without: ({ reasoning, ...rest }) => ({ ...rest, reasoning: { ...reasoning, summary: undefined } }),
  },
  {
    option: 'reasoning.effort',
    named: /reasoning\.effort/,
    isIn: (params) => params.reasoning?.effort !== undefined,
    without: ({ reasoning, ...rest }) => ({ ...rest, reasoning: { ...reasoning, effort: undefined } }),
  },
  field('reasoning', /\breasoning\b(?![._])/),
  field('include', /\binclude\b|encrypted.content/i),
  {
    option: 'max_tokens',
    named: /max_completion_tokens/,
    isIn: (params) => params.max_tokens !== undefined,
    without: ({ max_tokens, ...rest }) => ({ ...rest, max_completion_tokens: max_tokens }),
  },
  field('max_completion_tokens', /max_completion_tokens/),
];

/** Undefined when nothing that was refused can be left out. `option` names what was. */
export function withoutRefused<P extends object>(
  params: P,
  { status, param, message }: OpenAiRefusal,
): { params: P; option: string } | undefined {
  if (status !== 400 && status !== 422) return undefined;
  const rule = RULES.find(({ named, isIn }) => isIn(params) && named.test(`${param ?? ''} ${message}`));
  return rule && { params: rule.without(params) as P, option: rule.option };
}

function field(option: keyof Options, named: RegExp): Rule {
  return {
    option,
    named,
    isIn: (params) => params[option] !== undefined,
    without: (params) => ({ ...params, [option]: undefined }),
  };
}
