/** Says a text word by word, at the pace of someone who types it, or all at once for tests. */
import { setTimeout as wait } from 'node:timers/promises';
import { PatchbayError } from '../../sdk/index.ts';

export interface Pace {
  readonly delayMs: number;
  /** Infinity: no waiting. */
  readonly tokensPerSecond: number;
}

export interface Speaker {
  readonly signal: AbortSignal;
  thinking(text: string): void;
  token(text: string): void;
}

/** @throws PatchbayError `cancelled` as soon as the signal aborts. */
export async function say(
  { thinking = '', text = '' }: { thinking?: string | undefined; text?: string | undefined },
  { delayMs, tokensPerSecond }: Pace,
  speaker: Speaker,
): Promise<void> {
  const words = [
    ...wordsOf(thinking).map((word) => () => speaker.thinking(word)),
    ...wordsOf(text).map((word) => () => speaker.token(word)),
  ];
  await until(performance.now() + delayMs, speaker.signal);
  const began = performance.now();
  for (const [at, speak] of words.entries()) {
    await until(began + (at * 1000) / tokensPerSecond, speaker.signal);
    speak();
  }
}

/** Each word with the space after it, so that the words joined are the text. */
function wordsOf(text: string): string[] {
  return text.match(/\S+\s*|^\s+/g) ?? [];
}

async function until(time: number, signal: AbortSignal): Promise<void> {
  const ms = time - performance.now();
  if (!signal.aborted && ms <= 0) return;
  try {
    await wait(ms, undefined, { signal });
  } catch (cause) {
    throw new PatchbayError('cancelled', 'Cancelled.', { service: 'replay', cause });
  }
}
