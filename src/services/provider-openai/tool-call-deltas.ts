/** Puts the pieces of parallel tool calls together, whatever a server uses to tell the calls apart. */
import type { ToolCallDelta } from './chat-chunk.ts';

export interface GrowingCall {
  /** The server's number of the call; undefined where it gives none. */
  readonly index: number | undefined;
  readonly id: string;
  readonly name: string;
  /** The arguments' text so far. */
  readonly json: string;
}

/** A reducer: the calls after one more piece. */
export function growCalls(
  calls: readonly GrowingCall[],
  delta: Partial<ToolCallDelta>,
): readonly GrowingCall[] {
  const at = placeOf(calls, delta);
  const before = calls[at] ?? { index: delta.index ?? undefined, id: '', name: '', json: '' };
  const { name, arguments: piece } = delta.function ?? {};
  const grown: GrowingCall = {
    ...before,
    id: before.id || (delta.id ?? ''),
    // Some servers repeat the name with every piece.
    name: before.name || (name ?? ''),
    json: before.json + textOf(piece),
  };
  return at < calls.length ? calls.with(at, grown) : [...calls, grown];
}

/** By id, where a piece has one; else by index; else it goes on with the last call, unless it names a new one. */
function placeOf(calls: readonly GrowingCall[], delta: Partial<ToolCallDelta>): number {
  const { id, index } = delta;
  if (id) {
    const known = calls.findIndex((call) => call.id === id);
    if (known >= 0) return known;
    // A new id on a known index is a call of its own: some servers number all of them 0.
    const unnamed = calls.findLastIndex((call) => call.id === '' && call.index === (index ?? undefined));
    return unnamed >= 0 && typeof index === 'number' ? unnamed : calls.length;
  }
  if (typeof index === 'number') {
    const known = calls.findLastIndex((call) => call.index === index);
    return known >= 0 ? known : calls.length;
  }
  const last = calls.at(-1);
  const isNext = !last || (delta.function?.name && last.name !== '' && last.json !== '');
  return isNext ? calls.length : calls.length - 1;
}

function textOf(piece: unknown): string {
  if (piece === undefined || piece === null) return '';
  return typeof piece === 'string' ? piece : JSON.stringify(piece);
}
