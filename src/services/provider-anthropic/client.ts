/**
 * The vendor's SDK, set up so that nothing but the service's own configuration decides where requests go. Only
 * the parts in use are imported: the whole SDK is more than three times as large.
 */
import { BaseAnthropic } from '@anthropic-ai/sdk/client';
import { Messages } from '@anthropic-ai/sdk/resources/messages/messages';
import { Models } from '@anthropic-ai/sdk/resources/models';
import type { Connection } from '../../sdk/provider/connection.ts';

export interface Client {
  readonly messages: Messages;
  readonly models: Models;
}

/** @param listen the fetch of the call's silence watch. */
export function clientOf(connection: Connection, listen: typeof fetch): Client {
  const client = new BaseAnthropic({
    // An absent key would send the SDK looking for credentials in the environment and on disk.
    apiKey: connection.apiKey ?? 'none',
    // The SDK adds the version itself; a base URL copied from an OpenAI setting often has it already.
    baseURL: connection.baseUrl.replace(/\/v1$/, ''),
    defaultHeaders: { ...keyHeaders(connection), ...connection.headers },
    // The loop retries, where the person sees it.
    maxRetries: 0,
    // The silence watch is the time limit; this one would also cut a long answer that keeps coming.
    timeout: 24 * 60 * 60 * 1000,
    fetch: listen,
    logLevel: 'off',
    openTelemetry: false,
  });
  return { messages: new Messages(client), models: new Models(client) };
}

/** Compatible servers often know only the older header of the two. */
function keyHeaders({ apiKey, isVendorsOwn }: Connection): Record<string, string | null> {
  if (apiKey === undefined) return { authorization: null };
  return isVendorsOwn ? {} : { 'x-api-key': apiKey };
}
