/**
 * What can go wrong with a model call, as errors for the person and the loop: which kind, worth retrying or not,
 * how long to wait, what to do about it.
 */
import { type ErrorDetails, type ErrorKind, PatchbayError } from '../../protocol/errors.ts';
import type { Vendor } from './vendor.ts';

/** What a server's refusal says. `message` is the server's own sentence. */
export interface Refusal {
  readonly status: number | undefined;
  readonly message: string;
  /** The vendor's name of the fault, e.g. `overloaded_error`, `insufficient_quota`. */
  readonly code?: string | undefined;
  readonly headers?: Pick<Headers, 'get'> | undefined;
}

/** Which call failed. */
export interface CallNames {
  readonly vendor: Vendor;
  readonly baseUrl: string;
  readonly model: string;
}

/** Nothing was sent: the vendor's own server takes no request without a key. */
export function missingKey(vendor: Vendor): PatchbayError {
  return failure(vendor, 'auth', `There is no API key for ${vendor.title}.`, {
    remedy: `Run “Patchbay: Add provider key…” or set ${vendor.keyVariable}.`,
  });
}

/** Nothing was sent: a compatible server has no default model that we could know. */
export function missingModel(vendor: Vendor, baseUrl: string): PatchbayError {
  return failure(vendor, 'config', `No model was chosen for ${baseUrl}.`, {
    remedy: `Set default_model of the provider “${vendor.name}”, or choose a model.`,
  });
}

/** The server answered, but not with an answer. */
export function refused(call: CallNames, refusal: Refusal): PatchbayError {
  const { vendor, baseUrl, model } = call;
  const said = (text: string) => (refusal.message === '' ? text : `${text} ${sentence(refusal.message)}`);
  const kind = kindOf(refusal);
  switch (kind) {
    case 'auth':
      return failure(vendor, kind, said(`${vendor.title} refused the API key.`), {
        remedy: `Run “Patchbay: Add provider key…” or set ${vendor.keyVariable} to a valid key.`,
      });
    case 'rate_limit':
      return rateLimit(vendor, refusal, said);
    case 'network':
      return failure(vendor, kind, said(`${vendor.title} could not answer${status(refusal)}.`), {
        retryable: true,
        retryAfterMs: retryAfterMs(refusal.headers),
        remedy: 'Try again in a moment.',
      });
    case 'model':
      if (refusal.status !== 404) return invalidRequest(vendor, refusal, said);
      return failure(
        vendor,
        kind,
        said(`The model “${model}” is not known to ${vendor.title} (${baseUrl}).`),
        {
          retryable: false,
          remedy: 'Choose another model.',
        },
      );
  }
}

/** No connection, or one that broke before the answer began. */
export function unreachable(call: CallNames, cause: unknown): PatchbayError {
  return failure(call.vendor, 'network', `No connection to ${call.baseUrl} (${reason(cause)}).`, {
    retryable: true,
    remedy: 'Check the network, a proxy, and base_url in the settings.',
    cause,
  });
}

/** The answer began and ended without its end. */
export function cutOff(vendor: Vendor, cause?: unknown): PatchbayError {
  return failure(vendor, 'network', `The answer was cut off before its end (${vendor.title}).`, {
    retryable: true,
    remedy: 'Send the prompt again.',
    cause,
  });
}

/** No byte came for `timeoutMs`. */
export function silent(call: CallNames, timeoutMs: number): PatchbayError {
  const waited = timeoutMs >= 1000 ? `${Math.round(timeoutMs / 1000)} s` : `${timeoutMs} ms`;
  return failure(call.vendor, 'timeout', `${call.baseUrl} said nothing for ${waited}.`, {
    retryable: true,
    remedy: 'Try again, or set a longer timeout_ms for this provider.',
  });
}

/** The caller's signal ended the call; not worth retrying. */
export function cancelled(vendor: Vendor): PatchbayError {
  return failure(vendor, 'cancelled', 'Cancelled.');
}

/** Milliseconds until a retry is welcome, from `retry-after-ms` or `retry-after` (seconds or a date). */
export function retryAfterMs(headers: Pick<Headers, 'get'> | undefined): number | undefined {
  const exact = Number.parseFloat(headers?.get('retry-after-ms') ?? '');
  if (Number.isFinite(exact)) return Math.max(0, exact);
  const after = headers?.get('retry-after')?.trim();
  if (!after) return undefined;
  const seconds = Number(after);
  const waitMs = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(after) - Date.now();
  return Number.isFinite(waitMs) ? Math.max(0, waitMs) : undefined;
}

type RefusalKind = Extract<ErrorKind, 'auth' | 'rate_limit' | 'network' | 'model'>;

function kindOf({ status, code = '' }: Refusal): RefusalKind {
  if (status === undefined) return kindOfCode(code);
  if (status === 401 || status === 403) return 'auth';
  if (status === 429) return 'rate_limit';
  return status === 408 || status === 409 || status >= 500 ? 'network' : 'model';
}

/** Faults reported inside a stream that had begun with 200 carry a name instead of a status. */
function kindOfCode(code: string): RefusalKind {
  if (/authentication|permission/.test(code)) return 'auth';
  if (/rate_limit|insufficient_quota/.test(code)) return 'rate_limit';
  return /overloaded|api_error|server_error|timeout/.test(code) ? 'network' : 'model';
}

function rateLimit(vendor: Vendor, refusal: Refusal, said: (text: string) => string): PatchbayError {
  if (refusal.code === 'insufficient_quota') {
    return failure(vendor, 'rate_limit', said(`The quota at ${vendor.title} is used up.`), {
      retryable: false,
      remedy: `Check plan and billing at ${vendor.title}, or choose another provider.`,
    });
  }
  return failure(vendor, 'rate_limit', said(`${vendor.title} limits the rate of requests.`), {
    retryable: true,
    retryAfterMs: retryAfterMs(refusal.headers),
    remedy: 'Wait a moment, or choose another model.',
  });
}

function invalidRequest(vendor: Vendor, refusal: Refusal, said: (text: string) => string): PatchbayError {
  const isTooLong = /too long|too large|context.?(length|window)|maximum context/i.test(refusal.message);
  return failure(vendor, 'model', said(`${vendor.title} did not accept the request${status(refusal)}.`), {
    retryable: false,
    remedy: isTooLong
      ? 'Compact the conversation or start a new session.'
      : 'Choose another model or settings.',
  });
}

function status(refusal: Refusal): string {
  return refusal.status === undefined ? '' : ` (HTTP ${refusal.status})`;
}

function sentence(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const short = line.length > 600 ? `${line.slice(0, 600)}…` : line;
  return /[.!?…]$/.test(short) ? short : `${short}.`;
}

/** The innermost cause says why, e.g. `connect ECONNREFUSED 127.0.0.1:1`. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return reason(error.cause);
  if (error instanceof AggregateError && error.errors.length > 0) return reason(error.errors[0]);
  return error.message || error.name;
}

function failure(vendor: Vendor, kind: ErrorKind, message: string, details: ErrorDetails = {}) {
  return new PatchbayError(kind, message, { service: vendor.name, component: vendor.name, ...details });
}
