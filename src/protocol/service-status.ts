/** What can be seen of a service while it lives and shortly after: the Services view and `services --watch`. */
import * as z from 'zod/mini';

export const ServiceState = z.enum([
  'starting',
  'idle',
  'busy',
  'stopping',
  /** Ended by itself. */
  'crashed',
  /** Has nothing to do and does not answer: something in it keeps it from listening. */
  'unhealthy',
  /** Booted ahead of its use; no turn has it yet. */
  'spare',
  /** Ended because it was asked to. */
  'stopped',
]);
export type ServiceState = z.infer<typeof ServiceState>;

export const ServiceStatus = z.object({
  /** Names the service's place for as long as it is listed: it stays over a new start after a crash. */
  id: z.string(),
  service: z.string(),
  /** Absent while it works for no session: a spare, or one that is only asked what it offers. */
  session_id: z.optional(z.string()),
  session_title: z.optional(z.string()),
  kind: z.enum(['thread', 'process', 'http']),
  /** Of a process. */
  pid: z.optional(z.number()),
  /** Of a thread; the number Node gives it. */
  thread_id: z.optional(z.number()),
  state: ServiceState,
  /** How long it lives: one turn, or as long as its session. */
  scope: z.enum(['turn', 'session']),
  /** Of a process what it holds of the machine's memory, of a thread its heap. Absent: not known. */
  memory_bytes: z.optional(z.number()),
  /** Calls that began, those in flight among them. */
  calls: z.number(),
  in_flight: z.number(),
  /** Calls that failed, cancelled ones aside. */
  errors: z.number(),
  /** Milliseconds, of the last calls that ended. Absent before the first. */
  p50_ms: z.optional(z.number()),
  p95_ms: z.optional(z.number()),
  /** How often it was started anew in this turn. */
  restarts: z.number(),
  last_error: z.optional(z.string()),
  /** Milliseconds since the epoch. */
  started_at: z.number(),
});
export type ServiceStatus = z.infer<typeof ServiceStatus>;

/** All services of one host at one moment. */
export const HostSnapshot = z.object({
  pid: z.number(),
  /** Where the host lives: `VS Code`, `terminal`. */
  title: z.string(),
  /** Milliseconds since the epoch. */
  at: z.number(),
  services: z.array(ServiceStatus),
});
export type HostSnapshot = z.infer<typeof HostSnapshot>;

/** Whether there is something left to stop. */
export function isLiving({ state }: Pick<ServiceStatus, 'state'>): boolean {
  return state !== 'crashed' && state !== 'stopped';
}

/** Bytes as a person reads them: `812 KB`, `41.3 MB`. */
export function memoryText(bytes: number): string {
  const kilobytes = bytes / 1024;
  return kilobytes < 1024 ? `${Math.round(kilobytes)} KB` : `${(kilobytes / 1024).toFixed(1)} MB`;
}

/** Milliseconds as a person reads them: `0.4 ms`, `120 ms`, `2.5 s`. */
export function durationText(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}
