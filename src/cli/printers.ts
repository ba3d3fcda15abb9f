/** A session's events in a terminal: as a timeline of text, or as they are. */
import { stderr, stdout } from 'node:process';
import type { EventOf, SessionEvent } from '../protocol/events.ts';
import { isLive, isReferenced } from '../protocol/events.ts';
import { finLine } from '../session/fin-line.ts';

export interface Printer {
  print(event: SessionEvent): void;
  /** A question the person may answer now. */
  question(asked: EventOf<'approval.requested'>): void;
  end(sessionId: string): void;
}

/** One event per line on stdout; questions go to stderr. */
export class JsonPrinter implements Printer {
  print(event: SessionEvent): void {
    stdout.write(`${JSON.stringify(event)}\n`);
  }

  question(asked: EventOf<'approval.requested'>): void {
    stderr.write(`${questionText(asked)}\n`);
  }

  end(): void {
    // Everything was said.
  }
}

/** The answer goes to stdout, so that it can be piped; everything around it to stderr. */
export class TextPrinter implements Printer {
  readonly #sessionId: string | undefined;
  #streamed = 0;
  /** What the turn took (AT-85). */
  #fin: string | undefined;

  /** @param sessionId whose answer goes to stdout; what others say that work for it goes to stderr. */
  constructor(sessionId?: string) {
    this.#sessionId = sessionId;
  }

  print(event: SessionEvent): void {
    if (this.#sessionId !== undefined && event.session_id !== this.#sessionId) {
      const line = isLive(event) ? undefined : timelineLine(event);
      if (line !== undefined) stderr.write(`  ${event.agent} │ ${line.trimStart()}\n`);
      return;
    }
    if (event.type === 'assistant.delta') {
      const fresh = event.text.slice(Math.max(0, this.#streamed - event.offset));
      stdout.write(fresh);
      this.#streamed = event.offset + event.text.length;
      return;
    }
    if (event.type === 'assistant.message') {
      stdout.write(`${event.text.slice(this.#streamed)}\n`);
      this.#streamed = 0;
      return;
    }
    if (event.type === 'turn.finished') this.#fin = finLine(event.status, event.summary);
    const line = timelineLine(event);
    if (line !== undefined) stderr.write(`${line}\n`);
  }

  question(asked: EventOf<'approval.requested'>): void {
    stderr.write(`${questionText(asked)}\n`);
  }

  end(sessionId: string): void {
    if (this.#fin !== undefined) stderr.write(`${this.#fin}\n`);
    stderr.write(`session ${sessionId}\n`);
  }
}

/** One event as one line; undefined for those that need none. */
export function timelineLine(event: SessionEvent): string | undefined {
  switch (event.type) {
    case 'turn.started':
      return event.scripted
        ? `${event.agent} · scripted demonstration, no model`
        : `${event.agent} · ${event.provider} → ${event.model ?? 'default model'}${whyText(event)}`;
    case 'prompt':
      return `> ${event.text}`;
    case 'assistant.message':
      return event.text;
    case 'thinking.message':
      return `  thought for ${seconds(event.duration_ms)}`;
    case 'tool.started':
      return `  ${event.name} ${argumentText(event.input)}`;
    case 'tool.finished':
      return event.success
        ? `  ${event.name} done in ${event.duration_ms} ms`
        : `  ${event.name} failed: ${event.error?.message ?? 'no reason given'}`;
    case 'hook.decided':
      if (event.action === 'CONTINUE' || event.action === 'ASK_USER' || event.suppressed) return undefined;
      return `  ${event.action} by hook ${event.hook}${event.reason ? `: ${event.reason}` : ''}`;
    case 'hook.failed':
      return `  hook ${event.hook} failed (${event.error.message}); outcome: ${event.outcome}`;
    case 'hook.waiting':
      return `  waiting for hook ${event.hook} of ${event.service} at ${event.hook_event}, ${seconds(event.limit_ms)} at most`;
    case 'hook.answered':
      return `  hook ${event.hook} answered after ${seconds(event.waited_ms)}`;
    case 'approval.answered':
      return `  ${event.choice} (by ${event.by}${event.reason ? `: ${event.reason}` : ''})`;
    case 'delegation.queued':
      return `  ${event.child_agent} waits: ${event.waiting} before it`;
    case 'delegation.started':
      return `  → ${event.child_agent}${event.resumed ? ' (goes on)' : ''}: ${argumentText({ task: event.instruction })}`;
    case 'delegation.finished':
      return `  ← ${event.child_agent}: ${finishedLine(event)}`;
    case 'session.forked':
      return `  forked from ${event.from_session_id} at the end of turn ${event.from_turn}`;
    case 'model.retrying':
      return `  trying again in ${seconds(event.delay_ms)}: ${event.error.message}`;
    case 'service.crashed':
      return `  ${event.error.message}`;
    case 'notice':
      return `  ${event.level}: ${event.text}${event.remedy ? ` ${event.remedy}` : ''}`;
    case 'turn.finished':
      return finishedLine(event);
    default:
      return undefined;
  }
}

/** Only what a role or a wish decided: the rest the person has said. */
function whyText({ choice }: EventOf<'turn.started'>): string {
  return choice === undefined || choice.role === undefined ? '' : ` (${choice.text})`;
}

function finishedLine({
  status,
  summary,
  error,
}: Pick<EventOf<'turn.finished'>, 'status' | 'summary' | 'error'>): string {
  const cost = summary.cost_usd === null ? 'cost unknown' : `$${summary.cost_usd.toFixed(2)}`;
  const tokens = summary.input_tokens + summary.output_tokens;
  const counts = `${seconds(summary.duration_ms)} · ${summary.requests} requests · ${tokens} tokens · ${cost}`;
  const why = error ? `: ${error.message}${error.remedy ? ` ${error.remedy}` : ''}` : '';
  return `${status}${why} (${counts})`;
}

function questionText(asked: EventOf<'approval.requested'>): string {
  const { tool_input: input, reason, hook, details = [] } = asked.subject;
  const options = asked.options.map((option, index) => `[${index + 1}] ${option}`).join('  ');
  const why = [hook && `hook ${hook}`, reason].filter(Boolean).join(': ');
  const known = details.map(({ name, text }) => `${name}: ${text}`);
  return [`${asked.path.join(' › ')}: ${asked.prompt}`, input && argumentText(input), ...known, why, options]
    .filter(Boolean)
    .join('\n  ');
}

const SHOWN = 400;

function argumentText(input: Readonly<Record<string, unknown>>): string {
  const { command, file_path: path, task } = input;
  const value = command ?? path ?? task ?? input;
  const text =
    typeof value === 'string' ? value : isReferenced(value) ? value.preview : JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

function seconds(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`;
}
