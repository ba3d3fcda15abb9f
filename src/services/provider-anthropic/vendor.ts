/** Anthropic, as the shared parts of the providers need to know it. */
import type { Vendor } from '../../sdk/provider/vendor.ts';

export const ANTHROPIC: Vendor = {
  name: 'anthropic',
  title: 'Anthropic',
  keyVariable: 'ANTHROPIC_API_KEY',
  baseUrlVariable: 'ANTHROPIC_BASE_URL',
  baseUrl: 'https://api.anthropic.com',
  defaultModel: 'claude-sonnet-5-5',
};
