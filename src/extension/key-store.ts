/** Providers' keys in the editor's SecretStorage; never in settings, events or logs. */
import type * as vscode from 'vscode';

export interface KeyedProvider {
  readonly provider: string;
  readonly label: string;
  /** The variable its service reads. */
  readonly variable: string;
}

export const KEYED_PROVIDERS: readonly KeyedProvider[] = [
  { provider: 'anthropic', label: 'Anthropic', variable: 'ANTHROPIC_API_KEY' },
  { provider: 'openai', label: 'OpenAI', variable: 'OPENAI_API_KEY' },
];

export class KeyStore {
  readonly #secrets: vscode.SecretStorage;

  constructor(secrets: vscode.SecretStorage) {
    this.#secrets = secrets;
  }

  async set({ provider }: KeyedProvider, key: string): Promise<void> {
    await this.#secrets.store(secretName(provider), key);
  }

  async delete({ provider }: KeyedProvider): Promise<void> {
    await this.#secrets.delete(secretName(provider));
  }

  /** The stored keys under the variables their services read. */
  async environment(): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    for (const { provider, variable } of KEYED_PROVIDERS) {
      const key = await this.#secrets.get(secretName(provider));
      if (key) found[variable] = key;
    }
    return found;
  }
}

function secretName(provider: string): string {
  return `patchbay.key.${provider}`;
}
