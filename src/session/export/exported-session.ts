/** A session with all it delegated, read whole to be written elsewhere (DL-34). */
import type { Message } from '../../protocol/data.ts';
import type { SessionEvent } from '../../protocol/events.ts';
import { isReferenced } from '../../protocol/events.ts';
import { isRecord } from '../../protocol/reading.ts';
import { redactDeep } from '../../protocol/redact.ts';
import type { SessionHead } from '../../protocol/session-head.ts';
import type { SessionNode } from '../head-tree.ts';
import type { SeenSession } from '../look.ts';

/** Nothing in it holds a secret that is known to be one. */
export interface ExportedSession {
  readonly head: SessionHead;
  /** What `metadata.json` holds beside the head. */
  readonly extra: Readonly<Record<string, unknown>>;
  readonly events: readonly SessionEvent[];
  readonly transcript: readonly Message[];
  /** The texts of large values by their reference; those that are lost are missing. */
  readonly values: Readonly<Record<string, string>>;
  readonly children: readonly ExportedSession[];
}

/** @param look reads one session. @throws PatchbayError `config` when one of them cannot be read. */
export async function exportedSession(
  { head: { session_id }, children }: SessionNode,
  look: (id: string) => Promise<SeenSession>,
): Promise<ExportedSession> {
  const seen = await look(session_id);
  const events = await seen.events();
  const values: Record<string, string> = {};
  for (const ref of referencesIn(events)) {
    const text = await seen.blob(ref).catch(() => undefined);
    if (text !== undefined) values[ref] = text;
  }
  const below: ExportedSession[] = [];
  for (const child of children) below.push(await exportedSession(child, look));
  const own = { head: seen.head, extra: seen.extra, events, transcript: await seen.transcript(), values };
  return { ...redactDeep(own), children: below };
}

function referencesIn(value: unknown): string[] {
  if (isReferenced(value)) return [value.$ref];
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  return isRecord(value) ? Object.values(value).flatMap(referencesIn) : [];
}
