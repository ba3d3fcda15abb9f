/** What is shown of one service, as a test wants it. */
import type { ServiceStatus } from '../../src/protocol/service-status.ts';

export function statusOf(some: Partial<ServiceStatus> = {}): ServiceStatus {
  return {
    id: 'tools-files#1',
    service: 'tools-files',
    session_id: 's1',
    session_title: 'Fix the test',
    kind: 'thread',
    thread_id: 4,
    state: 'idle',
    scope: 'turn',
    memory_bytes: 5 * 1024 * 1024,
    calls: 3,
    in_flight: 0,
    errors: 0,
    p50_ms: 1.2,
    p95_ms: 15,
    restarts: 0,
    started_at: 1_700_000_000_000,
    ...some,
  };
}
