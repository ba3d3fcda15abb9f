/** `patchbay usage [session]`: requests, tokens, cost and tool calls, by agent, model and service (AT-85). */
import { resolve } from 'node:path';
import { stderr, stdout } from 'node:process';
import type { Surroundings } from '../definitions/compose.ts';
import { PatchbayError } from '../protocol/errors.ts';
import { readTree } from '../session/session-tree.ts';
import { type ModelUsage, type ServiceUsage, totalUsage, usageOf } from '../session/usage.ts';
import { terminalHost } from './terminal-surroundings.ts';

/**
 * @param id absent: the folder's newest session.
 * @throws PatchbayError `config` for an unknown or ambiguous id, or when there is no session yet.
 */
export async function showUsage(
  around: Surroundings,
  id: string | undefined,
  options: { readonly cwd: string; readonly json: boolean },
): Promise<void> {
  const tree = await readTree(around.home, id ?? (await newest(around, resolve(options.cwd))));
  for (const problem of tree.problems) stderr.write(`${problem}\n`);
  const usage = usageOf(tree.events);
  const total = totalUsage(usage);
  if (options.json) {
    stdout.write(`${JSON.stringify({ session_id: tree.id, ...usage, total }, undefined, 2)}\n`);
    return;
  }
  const head = ['agent', 'model', 'requests', 'in', 'out', 'cached', 'cost', 'latency'];
  const rows = usage.models.map((each) => [
    each.agent,
    `${each.provider} → ${each.model}`,
    ...countsOf(each),
  ]);
  const lines = usage.models.length > 1 ? [...rows, ['total', '', ...countsOf(total)]] : rows;
  stdout.write(`session ${tree.id}\n${tableText([head, ...lines])}\n`);
  if (usage.services.length > 0) {
    const services = usage.services.map((each) => [each.agent, each.service, ...servicesOf(each)]);
    const heads = ['agent', 'service', 'calls', 'chars in', 'chars out', 'latency'];
    stdout.write(`${tableText([heads, ...services])}\n`);
  }
  stdout.write(`agent runs: ${usage.runs}, ${(usage.duration_ms / 1000).toFixed(1)} s\n`);
  for (const { agent, tool_calls, failed } of usage.tools) {
    stdout.write(`${agent}: ${tool_calls} tool calls${failed > 0 ? `, ${failed} failed` : ''}\n`);
  }
}

async function newest(around: Surroundings, cwd: string): Promise<string> {
  await using host = terminalHost(around);
  const { heads } = await host.sessions.list({ cwd });
  const found = heads.find(({ parent_id }) => parent_id === undefined);
  if (found) return found.session_id;
  throw new PatchbayError('config', 'There are no sessions in this folder yet.', {
    remedy: 'Run a prompt first, or give the id of a session.',
  });
}

function countsOf(usage: Omit<ModelUsage, 'agent' | 'provider' | 'model'>): string[] {
  const { requests, failed, input_tokens, output_tokens, cache_read_tokens, cost_usd, latency_ms } = usage;
  return [
    failed > 0 ? `${requests} (${failed} failed)` : String(requests),
    String(input_tokens),
    String(output_tokens),
    String(cache_read_tokens),
    cost_usd === null ? 'unknown' : `$${cost_usd.toFixed(cost_usd < 0.1 ? 4 : 2)}`,
    `${(latency_ms / 1000).toFixed(1)} s`,
  ];
}

function servicesOf({ calls, failed, chars_in, chars_out, latency_ms }: ServiceUsage): string[] {
  return [
    failed > 0 ? `${calls} (${failed} failed)` : String(calls),
    String(chars_in),
    String(chars_out),
    `${(latency_ms / 1000).toFixed(1)} s`,
  ];
}

/** Names to the left, numbers to the right. */
function tableText(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_head, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column < 2 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
