/**
 * Splits a growing markdown text into blocks without parsing it all again: every top-level block but the last
 * is settled, as what is added can only change the last one.
 */
import type { Env } from 'markdown-it';
import { type Block, parseBlocks } from './parser.ts';

/** Blocks that are compared and rendered as one. */
const GROUP_BLOCKS = 16;

export type BlockGroup = readonly Block[];

export interface StreamBlocks {
  readonly text: string;
  /** All blocks, in order. Groups that did not change are the same objects as before. */
  readonly groups: readonly BlockGroup[];
  readonly env: Env;
}

export const noBlocks = (): StreamBlocks => ({ text: '', groups: [], env: {} });

/** The blocks of `text`; cheap when it continues the text of `before`. */
export function growBlocks(before: StreamBlocks, text: string): StreamBlocks {
  if (text === before.text) return before;
  const last = before.groups.at(-1)?.at(-1);
  if (!last || !text.startsWith(before.text)) {
    const env: Env = {};
    return { text, env, groups: withBlocks([], parseBlocks(text, env)) };
  }
  const tail = parseBlocks(text.slice(last.start), before.env);
  const grown = tail.map((block) => ({ html: block.html, start: block.start + last.start }));
  return { text, env: before.env, groups: withBlocks(withoutLast(before.groups), grown) };
}

function withoutLast(groups: readonly BlockGroup[]): BlockGroup[] {
  return groups.with(-1, groups.at(-1)!.slice(0, -1)) as BlockGroup[];
}

function withBlocks(groups: readonly BlockGroup[], blocks: readonly Block[]): BlockGroup[] {
  const next = [...groups];
  let rest = blocks;
  while (rest.length > 0) {
    const open = next.at(-1) ?? [];
    const isFull = next.length === 0 || open.length >= GROUP_BLOCKS;
    const room = isFull ? GROUP_BLOCKS : GROUP_BLOCKS - open.length;
    const filled = [...(isFull ? [] : open), ...rest.slice(0, room)];
    if (isFull) next.push(filled);
    else next[next.length - 1] = filled;
    rest = rest.slice(room);
  }
  return next;
}
