/** What the errors of the Anthropic SDK say. */
import { APIConnectionError, APIError, APIUserAbortError } from '@anthropic-ai/sdk/error';
import type { Refusal } from '../../sdk/provider/failure.ts';

export function meaningOf(error: unknown): Refusal | 'unreachable' | undefined {
  if (error instanceof APIUserAbortError) return undefined;
  if (error instanceof APIConnectionError) return 'unreachable';
  if (!(error instanceof APIError)) return undefined;
  return {
    status: error.status,
    // Faults inside a stream that began with 200 have a type and no status.
    code: error.type ?? undefined,
    message: error.apiMessage ?? withoutStatus(error),
    headers: error.headers,
  };
}

/** The SDK's own message starts with the status, which ours says elsewhere. */
function withoutStatus({ message, status }: APIError): string {
  if (message.includes('(no body)')) return '';
  return status === undefined ? message : message.replace(new RegExp(`^${status} `), '');
}
