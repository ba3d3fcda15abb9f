/**
 * The timeline as a value: pages of rows that only grow at the end, and the text that is streaming. Changing a
 * row copies its page, never the whole list, so a change costs the same in a session of any length.
 */
import { type Row, type RowOf, standsAlone, type TextRow } from './rows.ts';

/** Rows of a page: what is copied for one change, and what is mounted or not as one. */
export const PAGE_ROWS = 30;

export interface Page {
  /** The `seq` of the event that began the page. */
  readonly id: number;
  readonly rows: readonly Row[];
}

/** Where a row is: rows never move. */
export interface Place {
  readonly page: number;
  readonly index: number;
}

export interface TurnState {
  readonly number: number;
  /** Its end was not seen. */
  readonly running: boolean;
  readonly agent: string;
  /** `provider → model`, as far as known. */
  readonly model: string | undefined;
  /** Which model the turn began with, and why; absent where the log does not say. */
  readonly choice?: { readonly model: string; readonly reason: string } | undefined;
  /** When what the turn is doing now began; milliseconds since the epoch. */
  readonly since: number;
  /** A failed model call waits to be tried again. */
  readonly retry: { readonly attempt: number; readonly until: number } | undefined;
}

export interface Timeline {
  readonly sessionId: string;
  /** Of the first and last stored event in it; 0 before any. */
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly pages: readonly Page[];
  /** Streaming text, in the order of the messages' ids; shown after all stored rows. */
  readonly live: readonly TextRow[];
  /** Rows that later events will change: calls that run, questions that wait, this turn's list. */
  readonly open: ReadonlyMap<string, Place>;
  readonly turn: TurnState;
  /** An event or a piece of text is missing; nothing after it was taken. */
  readonly gap: boolean;
}

export function emptyTimeline(sessionId: string): Timeline {
  return {
    sessionId,
    firstSeq: 0,
    lastSeq: 0,
    pages: [],
    live: [],
    open: new Map(),
    turn: { number: 0, running: false, agent: '', model: undefined, since: 0, retry: undefined },
    gap: false,
  };
}

/** A row before its place among the others is known. */
export type NewRow = Row extends infer R ? (R extends Row ? Omit<R, 'leads'> : never) : never;

/** Adds a row at the end. With `openKey` later events find it by `findOpen`. */
export function appendRow(timeline: Timeline, row: NewRow, openKey?: string): Timeline {
  const placed = { ...row, leads: leadsAfter(lastRow(timeline), row as Row) } as Row;
  const last = timeline.pages.at(-1);
  const isFull = !last || last.rows.length >= PAGE_ROWS;
  const pages = isFull
    ? [...timeline.pages, { id: row.seq, rows: [placed] }]
    : timeline.pages.with(-1, { ...last, rows: [...last.rows, placed] });
  if (openKey === undefined) return { ...timeline, pages };
  const place = { page: pages.length - 1, index: pages.at(-1)!.rows.length - 1 };
  return { ...timeline, pages, open: new Map(timeline.open).set(openKey, place) };
}

/** The open row of a kind; undefined when there is none, or what is there is something else. */
export function findOpen<K extends Row['kind']>(
  timeline: Timeline,
  openKey: string,
  kind: K,
): RowOf<K> | undefined {
  const place = timeline.open.get(openKey);
  const row = place && timeline.pages[place.page]?.rows[place.index];
  return row?.kind === kind ? (row as RowOf<K>) : undefined;
}

/** Puts a changed row in the place of an open one. */
export function replaceOpen(timeline: Timeline, openKey: string, row: Row): Timeline {
  const place = timeline.open.get(openKey);
  const page = place && timeline.pages[place.page];
  if (!page) return timeline;
  const pages = timeline.pages.with(place.page, { ...page, rows: page.rows.with(place.index, row) });
  return { ...timeline, pages };
}

export function close(timeline: Timeline, openKey: string): Timeline {
  if (!timeline.open.has(openKey)) return timeline;
  const open = new Map(timeline.open);
  open.delete(openKey);
  return { ...timeline, open };
}

export function lastRow(timeline: Timeline): Row | undefined {
  return timeline.pages.findLast((page) => page.rows.length > 0)?.rows.at(-1);
}

/** Whether a row begins a run of its agent's rows. */
export function leadsAfter(before: Row | undefined, row: Row): boolean {
  if (standsAlone(row)) return false;
  return !before || standsAlone(before) || before.agent !== row.agent;
}

/** Open rows of a kind, in the order in which they were opened. */
export function openRows<K extends Row['kind']>(timeline: Timeline, kind: K): RowOf<K>[] {
  return [...timeline.open.keys()].flatMap((key) => findOpen(timeline, key, kind) ?? []);
}

export function callKey(callId: string): string {
  return `tool:${callId}`;
}

export function hookKey(hook: { service: string; hook_event: string; call_id?: string | undefined }): string {
  return `hook:${hook.service}:${hook.hook_event}:${hook.call_id ?? ''}`;
}

export function approvalKey(approvalId: string): string {
  return `approval:${approvalId}`;
}
