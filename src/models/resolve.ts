/** Candidates against the providers there are: the first that can be had (DL-42). Pure. */
import type { ChoiceStep, ModelPreference } from '../protocol/routing.ts';
import { isDatedVariant, isGlob, matchModels } from './model-name.ts';

/** A provider that can be asked: it has a key or an address. */
export interface AvailableProvider {
  readonly name: string;
  /** Names of its models; undefined when nobody has asked it yet. */
  readonly models: readonly string[] | undefined;
  /** `shipped`: the models we know the vendor has, which may be fewer than it offers by now. */
  readonly listedBy: 'provider' | 'shipped';
}

export interface Resolved {
  readonly provider: string;
  readonly model: string | undefined;
  readonly config: ModelPreference['config'];
}

/** Tries candidates in order and notes each in `trail`. Undefined when none can be had. */
export function resolveCandidates(
  candidates: readonly ModelPreference[],
  providers: readonly AvailableProvider[],
  by: string,
  trail: ChoiceStep[],
): Resolved | undefined {
  for (const { provider: wanted, model: pattern, config } of candidates) {
    const provider = providers.find(({ name }) => bareName(name) === bareName(wanted));
    if (!provider) {
      trail.push({ by, provider: wanted, model: pattern, outcome: 'no-provider' });
      continue;
    }
    const found = modelOf(provider, pattern);
    if (found.outcome === 'chosen') {
      trail.push({ by, provider: provider.name, model: found.model, outcome: 'chosen' });
      return { provider: provider.name, model: found.model, config };
    }
    trail.push({ by, provider: provider.name, model: pattern, outcome: found.outcome });
  }
  return undefined;
}

/** Other hosts write `provider-anthropic` for `anthropic`. */
function bareName(provider: string): string {
  return provider.toLowerCase().replace(/^provider-/, '');
}

type Found =
  | { readonly outcome: 'chosen'; readonly model: string | undefined }
  | { readonly outcome: 'no-match' | 'no-list' };

function modelOf({ models, listedBy }: AvailableProvider, pattern: string | undefined): Found {
  if (pattern === undefined) return { outcome: 'chosen', model: undefined };
  if (isGlob(pattern)) {
    if (models === undefined) return { outcome: 'no-list' };
    const [model] = matchModels(pattern, models);
    return model === undefined ? { outcome: 'no-match' } : { outcome: 'chosen', model };
  }
  // A list that is not the provider's own cannot say that it lacks a model.
  if (models === undefined || listedBy === 'shipped') return { outcome: 'chosen', model: pattern };
  const exact = models.find((model) => model.toLowerCase() === pattern.toLowerCase());
  if (exact !== undefined) return { outcome: 'chosen', model: exact };
  // Lists often have the dated name only, and take the short one all the same.
  const isAlias = models.some((model) => isDatedVariant(model, pattern));
  return isAlias ? { outcome: 'chosen', model: pattern } : { outcome: 'no-match' };
}
