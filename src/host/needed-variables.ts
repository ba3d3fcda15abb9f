/** Variables that a turn needs and nobody has are told before it begins, those it does not need never (AT-43, AT-44). */
import { missingError } from '../definitions/variables.ts';
import type { TurnParts } from './turn-parts.ts';

/** @throws PatchbayError `config` for the first provider or service of the turn that lacks some. */
export function requireVariables({ options, slots, table, tools }: TurnParts): void {
  const { missing, provider } = options.composition;
  if (missing.length === 0) return;
  const ofProvider = missing.filter(({ scope, id }) => scope === 'provider' && id === provider);
  if (ofProvider.length > 0) throw missingError(ofProvider);
  const needed = new Set([
    table.component('providers', provider)?.service,
    table.component('orchestrators')?.service,
    table.component('context_managers')?.service,
    ...tools.map(({ service }) => service),
  ]);
  for (const [name, { spec, known }] of slots) {
    // One that cannot even say what it offers may be anything; hooks are asked without being chosen.
    const isNeeded = needed.has(name) || !known || known.capabilities.hooks.length > 0;
    if (spec.missing && isNeeded) throw missingError(spec.missing, name);
  }
}
