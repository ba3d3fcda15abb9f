/** What the errors of the OpenAI SDK say. */
import { APIConnectionError, APIError, APIUserAbortError } from 'openai/error';
import type { Refusal } from '../../sdk/provider/failure.ts';

export interface OpenAiRefusal extends Refusal {
  /** The request's field that was not accepted, where the server names one. */
  readonly param?: string | undefined;
}

export function meaningOf(error: unknown): OpenAiRefusal | 'unreachable' | undefined {
  if (error instanceof APIUserAbortError) return undefined;
  if (error instanceof APIConnectionError) return 'unreachable';
  if (!(error instanceof APIError)) return undefined;
  const code: unknown = error.code;
  return {
    // Faults inside a stream that began with 200 carry the status in `code`, or a name.
    status: error.status ?? (typeof code === 'number' ? code : undefined),
    code: typeof code === 'string' ? code : error.type,
    message: withoutStatus(error),
    headers: error.headers,
    param: error.param ?? undefined,
  };
}

/** The SDK's own message starts with the status, which ours says elsewhere. */
function withoutStatus({ message, status }: APIError): string {
  if (message.includes('(no body)')) return '';
  return status === undefined ? message : message.replace(new RegExp(`^${status} `), '');
}
