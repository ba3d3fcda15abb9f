/** Where a provider's requests go and with which key: from its configuration, then from its own environment. */
import * as z from 'zod/mini';
import type { Environment } from '../context.ts';
import { missingKey } from './failure.ts';
import type { Vendor } from './vendor.ts';

/** The configuration every provider takes; a provider adds its own fields to it. */
export const connectionFields = {
  api_key: z.optional(z.string()),
  base_url: z.optional(z.url({ protocol: /^https?$/ })),
  default_model: z.optional(z.string().check(z.minLength(1))),
  max_output_tokens: z.optional(z.int().check(z.positive())),
  /** Milliseconds without a byte from the server until the call is given up. */
  timeout_ms: z._default(z.int().check(z.positive()), 120_000),
  /** Sent with every request. */
  headers: z._default(z.record(z.string(), z.string()), {}),
};
export const ConnectionConfig = z.object(connectionFields);
export type ConnectionConfig = z.infer<typeof ConnectionConfig>;

export interface Connection {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  /** Undefined only for other servers than the vendor's: local ones often take no key. */
  readonly apiKey: string | undefined;
  readonly isVendorsOwn: boolean;
  readonly timeoutMs: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** @throws PatchbayError `auth` when the vendor's own server is to be called without a key. */
export function connectionOf(vendor: Vendor, config: ConnectionConfig, environment: Environment): Connection {
  const baseUrl = trimmed(config.base_url ?? filled(environment[vendor.baseUrlVariable]) ?? vendor.baseUrl);
  const apiKey = filled(config.api_key) ?? filled(environment[vendor.keyVariable]);
  const isVendorsOwn = hostOf(baseUrl).endsWith(hostOf(vendor.baseUrl));
  if (apiKey === undefined && isVendorsOwn) throw missingKey(vendor);
  return { baseUrl, apiKey, isVendorsOwn, timeoutMs: config.timeout_ms, headers: config.headers };
}

function filled(value: string | undefined): string | undefined {
  const text = value?.trim();
  return text === '' ? undefined : text;
}

function trimmed(url: string): string {
  return url.trim().replace(/\/+$/, '');
}

/** With a dot in front, so that `eu.api.openai.com` is OpenAI's and `notapi.openai.com` is not. */
function hostOf(url: string): string {
  return URL.canParse(url) ? `.${new URL(url).hostname}` : '';
}
