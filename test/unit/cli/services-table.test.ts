/** The table of `patchbay services --watch` (RT-35). */
import { expect, it } from 'vitest';
import { servicesTable } from '../../../src/cli/services-table.ts';
import type { ServiceStatus } from '../../../src/protocol/service-status.ts';
import { statusOf } from '../../builders/service-status.ts';

const table = (services: ServiceStatus[], width = 200) =>
  servicesTable([{ pid: 77, title: 'VS Code', at: 0, services }], width);

it('has a line for each service under its session and its host, with all there is to know', () => {
  const shell: Partial<ServiceStatus> = {
    service: 'tools-shell',
    kind: 'process',
    pid: 4242,
    state: 'busy',
    calls: 2,
    in_flight: 1,
    errors: 1,
    restarts: 2,
    last_error: 'It ended by itself (exit code 7).',
  };
  const lines = table([statusOf(), statusOf(shell)]);
  expect(lines[0]).toMatch(
    /^ +SERVICE +KIND +PID\/THREAD +STATE +FOR +MEMORY +CALLS +ERRORS +P50 +P95 +RESTARTS +LAST/,
  );
  expect(lines.slice(1, 3)).toEqual(['VS Code (pid 77), 2 running', '  Fix the test (s1)']);
  expect(lines[3]).toMatch(/^ +tools-files +thread +4 +idle +turn +5\.0 MB +3 +0 +1\.2 ms +15 ms +0$/);
  expect(lines[4]).toMatch(
    /tools-shell +process +4242 +busy +turn +5\.0 MB +2 \(1 open\) +1 .* 2 +It ended by itself/,
  );
  const column = lines[0]!.indexOf('STATE');
  expect([lines[3]!.slice(column, column + 4), lines[4]!.slice(column, column + 4)]).toEqual([
    'idle',
    'busy',
  ]);
});

it('says honestly what is not known, and which services belong to no session', () => {
  const nobodys = { session_id: undefined, session_title: undefined };
  const unknown = { memory_bytes: undefined, p50_ms: undefined, p95_ms: undefined };
  const lines = table([statusOf({ ...nobodys, ...unknown, state: 'spare' }), statusOf(nobodys)]);
  expect(lines[2]).toBe('  ready for the next turn');
  expect(lines[3]).toMatch(/spare +turn +- +3 +0 +- +- +0$/);
  expect(lines[4]).toBe('  outside of a session');
});

it('counts only what lives', () => {
  expect(table([statusOf({ state: 'stopped' }), statusOf({ state: 'crashed' })])[1]).toContain('0 running');
});

it('is cut to the terminal, and lets no text steer it', () => {
  const lines = table(
    [statusOf({ session_title: '\u001b[2Jgone', last_error: `a\n\u001b[31m${'b'.repeat(300)}` })],
    60,
  );
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(60);
  expect(lines.join('')).not.toMatch(/\p{Cc}/u);
  expect(lines[2]).toBe('   [2Jgone (s1)');
});

it('says what it waits for when nothing runs', () => {
  expect(servicesTable([], 80)).toHaveLength(1);
  expect(table([])[0]).toMatch(/^No services are running/);
});
