/** The living services of all hosts as a table of text, by host and session. */
import {
  durationText,
  type HostSnapshot,
  isLiving,
  memoryText,
  type ServiceStatus,
} from '../protocol/service-status.ts';
import { plain } from './text-table.ts';

const HEADINGS = [
  'SERVICE',
  'KIND',
  'PID/THREAD',
  'STATE',
  'FOR',
  'MEMORY',
  'CALLS',
  'ERRORS',
  'P50',
  'P95',
  'RESTARTS',
  'LAST ERROR',
];
const NUMBERS = new Set(['PID/THREAD', 'MEMORY', 'CALLS', 'ERRORS', 'P50', 'P95', 'RESTARTS']);
const UNKNOWN = '-';

/** @param width columns of the terminal; lines are cut there. */
export function servicesTable(hosts: readonly HostSnapshot[], width: number): string[] {
  const shown = hosts.filter(({ services }) => services.length > 0);
  if (shown.length === 0) {
    return ['No services are running. They are started when a turn needs them, and stopped with it.'];
  }
  const rows = new Map(shown.flatMap(({ services }) => services.map((each) => [each, cells(each)] as const)));
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...[...rows.values()].map((row) => row[column]!.length)),
  );
  const lineOf = (row: readonly string[]) =>
    `    ${row.map((cell, column) => pad(cell, widths[column]!, HEADINGS[column]!)).join('  ')}`.trimEnd();
  const lines = [lineOf(HEADINGS)];
  for (const host of shown) {
    const living = host.services.filter(isLiving).length;
    lines.push(`${host.title} (pid ${host.pid}), ${living} running`);
    let session: string | undefined;
    for (const service of host.services) {
      const title = sessionTitle(service);
      if (title !== session) lines.push(`  ${title}`);
      session = title;
      lines.push(lineOf(rows.get(service)!));
    }
  }
  return lines.map((line) => plain(line).slice(0, width));
}

function sessionTitle({ session_id, session_title, state }: ServiceStatus): string {
  if (session_id !== undefined) return `${session_title ?? 'session'} (${session_id.slice(0, 8)})`;
  return state === 'spare' ? 'ready for the next turn' : 'outside of a session';
}

function cells(status: ServiceStatus): string[] {
  const { calls, in_flight: inFlight, p50_ms: p50, p95_ms: p95, memory_bytes: memory } = status;
  return [
    status.service,
    status.kind,
    String(status.pid ?? status.thread_id ?? UNKNOWN),
    status.state,
    status.scope,
    memory === undefined ? UNKNOWN : memoryText(memory),
    inFlight > 0 ? `${calls} (${inFlight} open)` : String(calls),
    String(status.errors),
    p50 === undefined ? UNKNOWN : durationText(p50),
    p95 === undefined ? UNKNOWN : durationText(p95),
    String(status.restarts),
    plain(status.last_error ?? ''),
  ];
}

function pad(cell: string, width: number, heading: string): string {
  return NUMBERS.has(heading) ? cell.padStart(width) : cell.padEnd(width);
}
