/** What the host answered, checked against the method table. */
import { safeParse } from 'zod/v4/core';
import { PatchbayError } from '../protocol/errors.ts';
import { issuesText } from '../protocol/issues-text.ts';
import { HOST_METHODS, type HostMethod, type Result } from '../protocol/methods.ts';

/** @throws PatchbayError `protocol` when the host's answer is not of the method's shape. */
export function decodeResult<M extends HostMethod>(method: M, value: unknown): Result<M> {
  const parsed = safeParse(HOST_METHODS[method].result, value);
  if (parsed.success) return parsed.data as Result<M>;
  throw new PatchbayError('protocol', `The host's answer to ${method}: ${issuesText(parsed.error.issues)}`);
}
