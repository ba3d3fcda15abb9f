/** One hook event as a line of the log: secrets masked, large values cut. Pure. */
import type { HookData } from '../../protocol/hooks.ts';
import { isRecord } from '../../protocol/reading.ts';
import { redactDeep } from '../../protocol/redact.ts';

const LONGEST_TEXT = 2_000;
/** Of a longer text no more is looked through: a secret that the cut goes through is recognised before it. */
const LONGEST_LOOKED_AT = 40_000;
const MOST_ITEMS = 100;
const DEEPEST = 8;

/** `{ts, event, session_id, agent, data}` as JSON. @param now used when the event has no time of its own. */
export function logLine(event: string, given: HookData, now: Date): string {
  const { session_id, agent, timestamp, cwd: _cwd, ...data } = given;
  const ts = timestamp ?? now.toISOString();
  const looked = redactDeep(cut(data, LONGEST_LOOKED_AT));
  return JSON.stringify({ ts, event, session_id, agent, data: cut(looked, LONGEST_TEXT) });
}

function cut(value: unknown, longest: number, depth = 0): unknown {
  if (typeof value === 'string') return value.length > longest ? beginning(value, longest) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (depth === DEEPEST) return '…';
  if (Array.isArray(value)) {
    const items = value.slice(0, MOST_ITEMS).map((item) => cut(item, longest, depth + 1));
    return value.length > MOST_ITEMS ? [...items, `… (${value.length} items)`] : items;
  }
  if (!isRecord(value)) return value;
  const entries = Object.entries(value);
  const kept = entries.slice(0, MOST_ITEMS).map(([key, item]) => [key, cut(item, longest, depth + 1)]);
  return Object.fromEntries(
    entries.length > MOST_ITEMS ? [...kept, ['…', `${entries.length} fields`]] : kept,
  );
}

function beginning(text: string, length: number): string {
  return `${text.slice(0, length)}… (${text.length} characters)`;
}
