/**
 * The ledger of a turn: an entry for each attempt at a model, failed ones too, and for each tool call (AT-83). Kept
 * when the settings say so, in `<home>/accounting.jsonl`; lines are only ever added (AT-86).
 */
import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import type { AccountingEntry } from '../protocol/accounting.ts';
import type { EventOf, SessionEvent } from '../protocol/events.ts';
import { charactersOf } from '../session/character-count.ts';
import type { Session } from '../session/session.ts';
import type { Lineage } from './delegation/lineage.ts';

export class Ledger {
  readonly #file: string;
  readonly #place: Pick<AccountingEntry, 'callPath' | 'txnId' | 'parentTxnId' | 'originTxnId'>;
  readonly #entries: AccountingEntry[] = [];
  /** Characters of each running call's input. */
  readonly #inputs = new Map<string, number>();

  constructor(
    home: string,
    session: Pick<Session, 'id' | 'head'>,
    { path: agents, root }: Pick<Lineage, 'path' | 'root'>,
  ) {
    this.#file = path.join(home, 'accounting.jsonl');
    this.#place = {
      callPath: agents.join('/'),
      txnId: session.id,
      parentTxnId: session.head.parent_id ?? null,
      originTxnId: root.id,
    };
  }

  /** Give it every event of the turn. */
  take(event: SessionEvent): void {
    if (event.session_id !== this.#place.txnId) return;
    if (event.type === 'tool.started') this.#inputs.set(event.call_id, charactersOf(event.input));
    if (event.type === 'tool.finished') this.#entries.push(this.#toolEntry(event));
    if (event.type === 'model.called') this.#entries.push(this.#modelEntry(event));
  }

  /** Writes what was taken since the last time. @throws the system's error when the file cannot be written. */
  async flush(): Promise<void> {
    const lines = this.#entries.splice(0).map((entry) => `${JSON.stringify(entry)}\n`);
    // In one piece, as other windows add to the file too.
    if (lines.length > 0) await appendFile(this.#file, lines.join(''));
  }

  #modelEntry(event: EventOf<'model.called'>): AccountingEntry {
    const { usage, cost_usd: cost } = event;
    const [input, output] = [usage?.input_tokens ?? 0, usage?.output_tokens ?? 0];
    return {
      type: 'llm',
      ...this.#common(event, event.status === 'ok', event.latency_ms),
      provider: event.provider,
      model: event.model,
      ...(cost !== null && { costUsd: cost }),
      tokens: {
        input,
        output,
        cacheRead: usage?.cache_read_tokens ?? 0,
        cacheWrite: usage?.cache_write_tokens ?? 0,
        total: input + output,
      },
    };
  }

  #toolEntry(event: EventOf<'tool.finished'>): AccountingEntry {
    return {
      type: 'tool',
      ...this.#common(event, event.success, event.duration_ms),
      mcpServer: event.service,
      command: event.name,
      charactersIn: this.#inputs.get(event.call_id) ?? 0,
      charactersOut: charactersOf(event.output),
    };
  }

  #common(event: EventOf<'model.called' | 'tool.finished'>, isOk: boolean, latency: number) {
    return {
      timestamp: event.at,
      status: isOk ? ('ok' as const) : ('failed' as const),
      latency,
      // The kind alone: a message may quote what was asked.
      ...(event.error && { error: event.error.kind }),
      agentId: event.agent,
      ...this.#place,
    };
  }
}
