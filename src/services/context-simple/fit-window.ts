/**
 * Makes a conversation fit a model's window: old tool results are shortened first, then the oldest turns are
 * left out, then the oldest steps of the running turn. A call is never parted from its results. Pure.
 */
import { type Message, messageText } from '../../protocol/data.ts';
import { estimateTokens } from './estimate-tokens.ts';

export interface Window {
  /** Tokens. */
  readonly contextWindow: number;
  readonly maxOutputTokens?: number;
}

/** Positions in the conversation; they stay what they mean when messages are added at its end. */
export interface Omissions {
  /** Tool results before it are shortened. */
  readonly shortenedBefore: number;
  /** Messages before it are left out, but for what opens the conversation and the prompt of a turn cut in two. */
  readonly omittedBefore: number;
}

const NONE: Omissions = { shortenedBefore: 0, omittedBefore: 0 };
/** Room is made when the estimate is over the first share of the window, down to the second. */
const FULL = 0.85;
const TARGET = 0.6;
/** The newest tool results are what the model works with. */
const KEPT_RESULTS = 5;
const SHORT_CHARS = 200;
/** What is left of a newer result, when nothing else helps. */
const LONG_CHARS = 8_000;

/**
 * @param messages every call's results right after it.
 * @param before what was left out last time; it stays so, that the model's cache of the beginning holds.
 */
export function fitWindow(
  messages: readonly Message[],
  window: Window,
  before: Omissions = NONE,
): { messages: Message[]; omissions: Omissions } {
  const room = roomOf(window);
  const fits = (shown: readonly Message[]) => tokensOf(shown) <= room * FULL;
  if (fits(messages)) return { messages: [...messages], omissions: NONE };
  const earlier = applied(messages, before);
  if (fits(earlier)) return { messages: earlier, omissions: before };
  const omissions = grown(messages, before, room * TARGET);
  const fitted = applied(messages, omissions);
  return { messages: fits(fitted) ? fitted : fitted.map(lastResort), omissions };
}

/** A single result may be larger than the window. */
function lastResort(message: Message): Message {
  return hasImage(message) ? message : shortened(message, LONG_CHARS);
}

/** Tokens for the conversation. Some models' limit of output is as large as their window; then it is half. */
function roomOf({ contextWindow, maxOutputTokens = 0 }: Window): number {
  return Math.max(contextWindow - maxOutputTokens, contextWindow / 2);
}

/** The least with which the conversation fits, beyond what was left out before; else the most there may be. */
function grown(messages: readonly Message[], before: Omissions, target: number): Omissions {
  const isEnough = (omissions: Omissions) => tokensOf(applied(messages, omissions)) <= target;
  const shortenedBefore = firstEnough(
    [before.shortenedBefore, ...resultEnds(messages)].filter((place) => place >= before.shortenedBefore),
    (place) => isEnough({ ...before, shortenedBefore: place }),
  );
  const omittedBefore = firstEnough(
    [before.omittedBefore, ...cuts(messages)].filter((place) => place >= before.omittedBefore),
    (place) => isEnough({ shortenedBefore, omittedBefore: place }),
  );
  return { shortenedBefore, omittedBefore };
}

/** The first of ascending places that is enough, found by halving; the last one when none is. */
function firstEnough(places: readonly number[], isEnough: (place: number) => boolean): number {
  let [low, high] = [0, places.length - 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(places[middle]!)) high = middle;
    else low = middle + 1;
  }
  return places[low]!;
}

/** The places after each tool result that may be shortened. */
function resultEnds(messages: readonly Message[]): number[] {
  const ends = messages.flatMap((message, index) => (message.role === 'tool' ? [index + 1] : []));
  return ends.slice(0, -KEPT_RESULTS);
}

/** Where the conversation may be cut: before each later turn, then before each later step of the last turn. */
function cuts(messages: readonly Message[]): number[] {
  const start = openingLength(messages);
  const lastPrompt = messages.findLastIndex(({ role }) => role === 'user');
  return messages.flatMap(({ role }, index) => {
    const isCut = index > lastPrompt ? role === 'assistant' : role === 'user';
    return isCut && index > start ? [index] : [];
  });
}

/** Instructions before the first turn; they are always kept. */
function openingLength(messages: readonly Message[]): number {
  const length = messages.findIndex(({ role }) => role === 'user' || role === 'assistant');
  return length === -1 ? messages.length : length;
}

function applied(messages: readonly Message[], { shortenedBefore, omittedBefore }: Omissions): Message[] {
  const start = openingLength(messages);
  const prompt = promptToKeep(messages, omittedBefore);
  const omitted = omittedBefore - start - (prompt === undefined ? 0 : 1);
  return messages.flatMap((message, index) => {
    if (index < start || index >= omittedBefore || omitted <= 0) {
      return [index < shortenedBefore ? shortened(message, SHORT_CHARS) : message];
    }
    const opening = index === start ? [notice(omitted)] : [];
    return index === prompt ? [...opening, message] : opening;
  });
}

/** A turn that is cut in two keeps what was asked in it. */
function promptToKeep(messages: readonly Message[], omittedBefore: number): number | undefined {
  if (messages[omittedBefore]?.role === 'user') return undefined;
  const prompt = messages.slice(0, omittedBefore).findLastIndex(({ role }) => role === 'user');
  return prompt === -1 ? undefined : prompt;
}

function notice(omitted: number): Message {
  return {
    role: 'user',
    content: `[${omitted} earlier messages are left out here, to fit the model's context window.]`,
    metadata: { source: 'context-simple' },
  };
}

/** Tool results only; other messages come back as they are. */
function shortened(message: Message, chars: number): Message {
  const text = messageText(message);
  if (message.role !== 'tool' || (text.length <= chars * 2 && !hasImage(message))) return message;
  // Half a surrogate pair at the end would be no valid text.
  const start = text.slice(0, chars).replace(/[\uD800-\uDBFF]$/, '');
  const rest = text.length - start.length;
  return {
    ...message,
    content: `${start}\n[The rest of this result is left out: ${rest} characters.]`.trimStart(),
  };
}

function hasImage({ content }: Message): boolean {
  return Array.isArray(content) && content.some((block) => block.type === 'image');
}

function tokensOf(messages: readonly Message[]): number {
  return messages.reduce((sum, message) => sum + estimateTokens(message), 0);
}
