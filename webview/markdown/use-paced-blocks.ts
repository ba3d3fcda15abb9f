/** Parses streaming text as often as there is time for, so that a very long block slows itself and nothing else. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type BlockGroup, growBlocks, noBlocks } from './stream-blocks.ts';

/** Of the time, at most one part in so many goes into one message's text. */
const SHARE = 4;

/** The blocks of `text`; while it streams they may be those of a moment ago. */
export function usePacedBlocks(text: string, streaming: boolean): readonly BlockGroup[] {
  const kept = useRef({ grown: noBlocks(), freeAt: 0 });
  const [, renderAgain] = useState({});
  const began = performance.now();
  const waitMs = streaming ? kept.current.freeAt - began : 0;
  if (waitMs <= 0) kept.current.grown = growBlocks(kept.current.grown, text);
  useLayoutEffect(() => {
    // Layout effects of the blocks ran before: their work on the page counts too.
    if (waitMs <= 0) kept.current.freeAt = performance.now() + (performance.now() - began) * (SHARE - 1);
  }, [text, waitMs <= 0]);
  useEffect(() => {
    if (waitMs <= 0) return;
    const timer = setTimeout(() => renderAgain({}), waitMs);
    return () => clearTimeout(timer);
  });
  return kept.current.grown.groups;
}
