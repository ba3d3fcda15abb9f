/**
 * What each provider said its models are, kept so that a turn can choose among them without asking again:
 * `~/.amplifier/models/<provider>.json`, written whenever a provider is asked (host/providers.ts).
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { ModelInfo } from '../protocol/data.ts';

const ModelList = z.object({
  /** Milliseconds since the epoch. */
  at: z.number(),
  /** The address that was asked; absent for the vendor's own. */
  base_url: z.optional(z.string()),
  models: z.array(ModelInfo),
});
export type ModelList = z.infer<typeof ModelList>;

export function modelListFile(home: string, provider: string): string {
  return join(home, 'models', `${encodeURIComponent(provider)}.json`);
}

export function modelListText(list: ModelList): string {
  return `${JSON.stringify(list, null, 2)}\n`;
}

/** Undefined when there is none, or when it came from another address than is used now. */
export async function readModelList(
  home: string,
  provider: string,
  baseUrl: string | undefined,
): Promise<ModelList | undefined> {
  const text = await readFile(modelListFile(home, provider), 'utf8').catch(() => undefined);
  const list = text === undefined ? undefined : parse(text);
  return list?.base_url === baseUrl ? list : undefined;
}

/** It only saves asking: what cannot be read is asked for anew. */
function parse(text: string): ModelList | undefined {
  try {
    return ModelList.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
