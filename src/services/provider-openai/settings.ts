/** The provider's configuration, and which of OpenAI's two wire APIs a call uses. */
import * as z from 'zod/mini';
import { type Connection, connectionFields } from '../../sdk/provider/connection.ts';
import { missingModel } from '../../sdk/provider/failure.ts';
import type { Vendor } from '../../sdk/provider/vendor.ts';

export const OPENAI: Vendor = {
  name: 'openai',
  title: 'OpenAI',
  keyVariable: 'OPENAI_API_KEY',
  baseUrlVariable: 'OPENAI_BASE_URL',
  baseUrl: 'https://api.openai.com/v1',
  defaultModel: 'gpt-5.6-terra',
};

export const OpenAiConfig = z.object({
  ...connectionFields,
  /** `auto`: Responses at OpenAI's own address, Chat Completions, which all the others know, elsewhere. */
  api: z._default(z.enum(['responses', 'chat', 'auto']), 'auto'),
});
export type OpenAiConfig = z.infer<typeof OpenAiConfig>;

export function apiOf(config: OpenAiConfig, connection: Connection): 'responses' | 'chat' {
  if (config.api !== 'auto') return config.api;
  return connection.isVendorsOwn ? 'responses' : 'chat';
}

/** Other servers have models of their own, so there is no default for them. */
export function defaultModelOf(config: OpenAiConfig, connection: Connection): string | undefined {
  return config.default_model ?? (connection.isVendorsOwn ? OPENAI.defaultModel : undefined);
}

/** @throws PatchbayError `config` when neither the request nor the configuration names a model. */
export function modelOf(
  requested: string | null | undefined,
  config: OpenAiConfig,
  connection: Connection,
): string {
  const model = requested ?? defaultModelOf(config, connection);
  if (model === undefined) throw missingModel(OPENAI, connection.baseUrl);
  return model;
}
