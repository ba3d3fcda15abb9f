/** What a reader sees of a session, row by row: a pure fold over its events that both exports for people share. */
import { type EventOf, isReferenced, type SessionEvent } from '../../protocol/events.ts';
import type { TurnStatus } from '../../protocol/outcome.ts';
import type { ExportedSession } from './exported-session.ts';

export type ExportRow =
  | { readonly kind: 'turn'; readonly turn: number; readonly at: number; readonly by: string }
  | { readonly kind: 'prompt' | 'answer' | 'thinking'; readonly agent: string; readonly text: string }
  | ToolRow
  /** What a hook, a person or the host said or did. */
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'end'; readonly status: TurnStatus; readonly text: string };

export interface ToolRow {
  readonly kind: 'tool';
  readonly name: string;
  readonly input: string;
  /** Absent while it has not ended. */
  readonly output?: string;
  readonly success?: boolean;
  /** What was delegated by this call; whole where it began. */
  readonly branch?: ExportedSession;
}

export function exportRows(session: ExportedSession): ExportRow[] {
  const rows: ExportRow[] = [];
  const calls = new Map<string, number>();
  const shown = new Set<string>();
  const call = (id: string, change: (row: ToolRow) => ToolRow, first: () => ToolRow) => {
    const index = calls.get(id) ?? rows.push(first()) - 1;
    calls.set(id, index);
    rows[index] = change(rows[index] as ToolRow);
  };
  const texts = (value: unknown) => valueText(value, session.values);
  for (const event of session.events) {
    switch (event.type) {
      case 'tool.requested':
      case 'tool.started':
        call(
          event.call_id,
          (row) => ({ ...row, input: texts(event.input) }),
          () => ({ kind: 'tool', name: event.name, input: texts(event.input) }),
        );
        break;
      case 'tool.finished': {
        const output = event.success ? texts(event.output) : (event.error?.message ?? texts(event.output));
        call(
          event.call_id,
          (row) => ({ ...row, success: event.success, output }),
          () => ({ kind: 'tool', name: event.name, input: '' }),
        );
        break;
      }
      case 'delegation.started': {
        const id = event.child_session_id;
        const branch = session.children.find(({ head }) => head.session_id === id);
        if (branch && !shown.has(id)) {
          call(
            event.call_id,
            (row) => ({ ...row, branch }),
            () => ({ kind: 'tool', name: 'delegate', input: event.instruction }),
          );
        } else rows.push({ kind: 'note', text: `${event.child_agent} goes on: ${event.instruction}` });
        shown.add(id);
        break;
      }
      default: {
        const row = plainRow(event);
        if (row) rows.push(row);
      }
    }
  }
  return rows;
}

function plainRow(event: SessionEvent): ExportRow | undefined {
  switch (event.type) {
    case 'turn.started': {
      const model = event.model === undefined ? '' : ` → ${event.model}`;
      return {
        kind: 'turn',
        turn: event.turn,
        at: event.at,
        by: `${event.agent} · ${event.provider}${model}`,
      };
    }
    case 'prompt':
      return { kind: 'prompt', agent: event.agent, text: event.text };
    case 'assistant.message':
      return event.text === '' ? undefined : { kind: 'answer', agent: event.agent, text: event.text };
    case 'thinking.message':
      return event.text === '' ? undefined : { kind: 'thinking', agent: event.agent, text: event.text };
    case 'hook.decided':
      if (event.action === 'CONTINUE' || event.action === 'ASK_USER') return undefined;
      return note(`${event.action} by hook ${event.hook}`, event.reason ?? event.text);
    case 'hook.failed':
      return note(`hook ${event.hook} failed (${event.outcome})`, event.error.message);
    case 'approval.requested':
      return note('asked', event.prompt);
    case 'approval.answered':
      return note(`${event.choice} (by ${event.by})`, event.reason);
    case 'service.crashed':
      return note(`service ${event.service} crashed`, event.error.message);
    case 'context.compacted':
      return note('context compacted', `${event.before_tokens} → ${event.after_tokens} tokens`);
    case 'session.forked':
      return note('forked', `from ${event.from_session_id} at the end of turn ${event.from_turn}`);
    case 'notice':
      return note(event.level, [event.text, event.remedy].filter(Boolean).join(' '));
    case 'turn.finished':
      return { kind: 'end', status: event.status, text: endText(event) };
    default:
      return undefined;
  }
}

function note(what: string, more: string | undefined): ExportRow {
  return { kind: 'note', text: more === undefined || more === '' ? what : `${what}: ${more}` };
}

function endText({ status, summary, error }: EventOf<'turn.finished'>): string {
  const seconds = (summary.duration_ms / 1000).toFixed(1);
  const tokens = summary.input_tokens + summary.output_tokens;
  const cost = summary.cost_usd === null ? 'cost unknown' : `$${summary.cost_usd.toFixed(4)}`;
  const why = error ? `: ${error.message}` : '';
  return `${status}${why} · ${seconds} s · ${summary.requests} requests · ${tokens} tokens · ${cost}`;
}

/** A text as it is, large values whole where they are known, anything else as JSON. */
function valueText(value: unknown, values: ExportedSession['values']): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  if (isReferenced(value)) return values[value.$ref] ?? `${value.preview}… (${value.bytes} bytes, lost)`;
  const whole = (_key: string, item: unknown) =>
    isReferenced(item) ? (values[item.$ref] ?? item.preview) : item;
  return JSON.stringify(value, whole, 2);
}
