/** The vendor's SDK, set up so that nothing but the service's own configuration decides where requests go. */
import { OpenAI } from 'openai/client';
import type { Connection } from '../../sdk/provider/connection.ts';

/** @param listen the fetch of the call's silence watch. */
export function clientOf(connection: Connection, listen: typeof fetch): OpenAI {
  const { apiKey, baseUrl, headers } = connection;
  return new OpenAI({
    // What is not set here the SDK would look for in the environment.
    apiKey: apiKey ?? 'none',
    adminAPIKey: null,
    organization: null,
    project: null,
    baseURL: baseUrl,
    defaultHeaders: { ...(apiKey === undefined && { authorization: null }), ...headers },
    // The loop retries, where the person sees it.
    maxRetries: 0,
    // The silence watch is the time limit; this one would also cut a long answer that keeps coming.
    timeout: 24 * 60 * 60 * 1000,
    fetch: listen,
    logLevel: 'off',
  });
}
