/**
 * The one family of errors, and its form on the wire. Thrown where it is known, caught where one can act.
 */
import * as z from 'zod/mini';

export const ErrorKind = z.enum([
  'config',
  'auth',
  'timeout',
  'network',
  'model',
  'rate_limit',
  'cancelled',
  'crashed',
  'protocol',
  'denied',
  'tool',
]);
export type ErrorKind = z.infer<typeof ErrorKind>;

/** JSON-RPC's own codes and, from -32000 down, ours (protocol.md §1). */
export const RpcCode = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  crashed: -32000,
  timedOut: -32001,
  cancelled: -32002,
  denied: -32003,
} as const;

/** `error.data` as we write it; every field may be missing in a foreign service's error. */
export const ErrorData = z.looseObject({
  kind: z.optional(z.catch(ErrorKind, 'tool')),
  service: z.nullish(z.string()),
  component: z.nullish(z.string()),
  retryable: z.nullish(z.boolean()),
  retry_after_ms: z.nullish(z.number()),
  remedy: z.nullish(z.string()),
});
export type ErrorData = z.infer<typeof ErrorData>;

/** An error as it crosses a line: only this survives, never a stack or a class. */
export const WireError = z.looseObject({
  code: z.number(),
  message: z.string(),
  data: z.optional(z.unknown()),
});
export type WireError = z.infer<typeof WireError>;

export interface ErrorDetails {
  readonly service?: string | undefined;
  readonly component?: string | undefined;
  readonly retryable?: boolean | undefined;
  readonly retryAfterMs?: number | undefined;
  /** What the person can do next, as a sentence. */
  readonly remedy?: string | undefined;
  readonly code?: number | undefined;
  readonly cause?: unknown;
}

/** What went wrong, whose fault it was and what to do. `message` is written for the person. */
export class PatchbayError extends Error {
  override readonly name = 'PatchbayError';
  readonly kind: ErrorKind;
  readonly service: string | undefined;
  readonly component: string | undefined;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly remedy: string | undefined;
  readonly code: number;

  constructor(kind: ErrorKind, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = kind;
    this.service = details.service;
    this.component = details.component;
    this.retryable = details.retryable ?? (kind === 'rate_limit' || kind === 'network');
    this.retryAfterMs = details.retryAfterMs;
    this.remedy = details.remedy;
    this.code = details.code ?? codeOf(kind);
  }
}

/** The error as it is sent; anything that is not a PatchbayError becomes an internal one. */
export function toWireError(error: unknown): WireError {
  if (!(error instanceof PatchbayError)) {
    const message = error instanceof Error ? error.message : String(error);
    return { code: RpcCode.internal, message, data: { kind: isAbort(error) ? 'cancelled' : 'tool' } };
  }
  const data = {
    kind: error.kind,
    service: error.service,
    component: error.component,
    retryable: error.retryable,
    retry_after_ms: error.retryAfterMs,
    remedy: error.remedy,
  };
  return { code: error.code, message: error.message, data };
}

/** Reads an error of any peer. `service` names who answered, unless the error itself names someone. */
export function fromWireError(wire: WireError, service?: string): PatchbayError {
  const parsed = ErrorData.safeParse(wire.data ?? {});
  const data: ErrorData = parsed.success ? parsed.data : {};
  return new PatchbayError(data.kind ?? kindOf(wire.code), wire.message, {
    code: wire.code,
    service: data.service ?? service,
    component: data.component ?? undefined,
    retryable: data.retryable ?? undefined,
    retryAfterMs: data.retry_after_ms ?? undefined,
    remedy: data.remedy ?? undefined,
  });
}

/** Turns whatever was thrown into a PatchbayError, naming the service when the error does not. */
export function asPatchbayError(error: unknown, service?: string): PatchbayError {
  if (error instanceof PatchbayError) return error;
  if (isAbort(error)) return new PatchbayError('cancelled', 'Cancelled.', { service, cause: error });
  const message = error instanceof Error ? error.message : String(error);
  return new PatchbayError('tool', message, { service, cause: error, code: RpcCode.internal });
}

export function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'APIUserAbortError');
}

function codeOf(kind: ErrorKind): number {
  switch (kind) {
    case 'crashed':
      return RpcCode.crashed;
    case 'timeout':
      return RpcCode.timedOut;
    case 'cancelled':
      return RpcCode.cancelled;
    case 'denied':
      return RpcCode.denied;
    default:
      return RpcCode.internal;
  }
}

function kindOf(code: number): ErrorKind {
  switch (code) {
    case RpcCode.crashed:
      return 'crashed';
    case RpcCode.timedOut:
      return 'timeout';
    case RpcCode.cancelled:
      return 'cancelled';
    case RpcCode.denied:
      return 'denied';
    case RpcCode.parse:
    case RpcCode.invalidRequest:
    case RpcCode.methodNotFound:
      return 'protocol';
    case RpcCode.invalidParams:
      return 'config';
    default:
      return 'tool';
  }
}
