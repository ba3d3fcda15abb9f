/**
 * `metadata.json`: a session's head, so that lists need not read events, under the names other hosts know
 * (DL-30). What they wrote beside it is kept.
 */
import * as z from 'zod/mini';
import { emptyHead, SessionHead } from '../protocol/session-head.ts';

export interface Metadata {
  readonly head: SessionHead;
  /** Fields that are not ours, such as another host's `config`: written back as they were. */
  readonly others: Readonly<Record<string, unknown>>;
}

/** As hosts write it that know nothing of our head. Times are ISO strings. */
const Foreign = z.looseObject({
  cwd: z.optional(z.string()),
  working_dir: z.optional(z.string()),
  agent_name: z.nullish(z.string()),
  created: z.nullish(z.string()),
  updated: z.nullish(z.string()),
  turn_count: z.nullish(z.number()),
  model: z.nullish(z.string()),
  title: z.nullish(z.string()),
  name: z.nullish(z.string()),
  parent_id: z.nullish(z.string()),
});

/**
 * Undefined when the text is not the metadata of a session, or does not say which folder it works in.
 * @param id the session's, as its folder is named: a copied folder is a session of its own.
 */
export function readMetadata(text: string, id: string): Metadata | undefined {
  const value = parseObject(text);
  if (!value) return undefined;
  const own = SessionHead.safeParse(value);
  const head = own.success ? own.data : headOfForeign(value, id);
  if (!head) return undefined;
  const ours = new Set([...Object.keys(SessionHead.shape), 'agent_name', 'created']);
  return {
    head: { ...head, session_id: id },
    others: Object.fromEntries(Object.entries(value).filter(([key]) => !ours.has(key))),
  };
}

export function metadataText({ head, others }: Metadata): string {
  const named = { agent_name: head.agent, created: new Date(head.created_at).toISOString() };
  return `${JSON.stringify({ ...others, ...head, ...named }, null, 2)}\n`;
}

function headOfForeign(value: Record<string, unknown>, id: string): SessionHead | undefined {
  const parsed = Foreign.safeParse(value);
  const cwd = parsed.data?.cwd ?? parsed.data?.working_dir;
  if (!parsed.success || cwd === undefined) return undefined;
  const { parent_id, agent_name, created, updated, turn_count, model, title, name } = parsed.data;
  const createdAt = timeOf(created) ?? 0;
  const fresh = emptyHead(id, cwd, agent_name ?? 'default', createdAt);
  return {
    ...fresh,
    parent_id: parent_id ?? undefined,
    updated_at: timeOf(updated) ?? createdAt,
    title: title ?? name ?? fresh.title,
    turn_count: turn_count ?? 0,
    model: model ?? undefined,
  };
}

function timeOf(iso: string | null | undefined): number | undefined {
  const time = iso ? Date.parse(iso) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    // Not JSON is not metadata; the caller says which file it was.
    return undefined;
  }
}
