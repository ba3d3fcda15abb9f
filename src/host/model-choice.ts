/**
 * Looks at the wishes of a call and an agent before a turn: reads what is needed of matrices and model lists, and
 * puts the choice and its reason into the composition (DL-27, DL-42).
 */
import { availableProviders, type ProviderAccess } from '../definitions/available-providers.ts';
import type { ChosenBy, ComposeRequest, Composition, Surroundings } from '../definitions/compose.ts';
import type { Diagnostic } from '../definitions/diagnostic.ts';
import { DEFAULT_MATRIX, findMatrix } from '../definitions/matrices.ts';
import { readModelList } from '../definitions/model-lists.ts';
import { readPriceTable } from '../definitions/price-files.ts';
import { chooseModel, type ModelChoice, type SessionDefault } from '../models/choose.ts';
import { vendorOf } from '../models/cost.ts';
import { overrideMatrix } from '../models/matrix.ts';
import type { AvailableProvider } from '../models/resolve.ts';
import { describedRoles } from '../models/roles.ts';
import type { Matrix } from '../protocol/routing.ts';

type Wishes = Pick<ComposeRequest, 'preferences' | 'role'>;

/** The composition with its model chosen and the roles there are. Model lists are read where somebody has a wish. */
export async function withChosenModel(
  around: Surroundings,
  composition: Composition,
  call: Wishes,
): Promise<Composition> {
  const { agent, chosenBy } = composition;
  const wishes = { call, agent: { preferences: agent.provider_preferences, role: agent.model_role } };
  const session = sessionDefault(composition);
  const isOpen = chosenBy !== 'person' && (isWish(wishes.call) || isWish(wishes.agent) || !session.isChosen);
  const providers = isOpen ? await listedProviders(around, composition) : [];
  const { matrix, diagnostics } = await activeMatrix(around, composition);
  const withRoles = { ...composition, roles: describedRoles(matrix?.roles) };
  // Without any provider that could answer, the demonstration says so itself.
  if (providers.length === 0)
    return chosen(withRoles, chooseModel({ session, matrix: undefined, providers }), []);
  return chosen(withRoles, chooseModel({ ...wishes, session, matrix, providers }), diagnostics);
}

function isWish({ preferences = [], role = [] }: Wishes): boolean {
  return preferences.length > 0 || role.length > 0;
}

function chosen(
  composition: Composition,
  choice: ModelChoice,
  diagnostics: readonly Diagnostic[],
): Composition {
  const reason =
    composition.chosenBy === 'person'
      ? { ...choice.reason, text: BECAUSE.person, source: 'person' as const }
      : choice.reason;
  return {
    ...composition,
    provider: choice.provider,
    model: choice.model,
    modelConfig: choice.config,
    scripted: choice.provider === 'replay',
    reason,
    choiceNotice: choice.notice,
    diagnostics: [...composition.diagnostics, ...diagnostics],
  };
}

const BECAUSE: Readonly<Record<ChosenBy, string>> = {
  person: 'asked for by the person',
  agent: 'the agent’s file names it',
  parent: 'the agent that delegates works with it',
  settings: 'the settings name it',
  key: 'it is the first provider with a key',
  nobody: 'no provider is set up',
};

export function sessionDefault({ provider, model, chosenBy }: Composition): SessionDefault {
  const isChosen = chosenBy !== 'key' && chosenBy !== 'nobody';
  return { provider, model, because: BECAUSE[chosenBy], isChosen };
}

/** Every provider that can be asked, with the models it is known to have. */
export async function listedProviders(
  around: Surroundings,
  { settings, missing }: Composition,
): Promise<AvailableProvider[]> {
  const access = availableProviders(around.environment, settings, missing);
  return Promise.all(access.map((each) => listed(around, each)));
}

async function listed(around: Surroundings, { name, baseUrl }: ProviderAccess): Promise<AvailableProvider> {
  const own = await readModelList(around.home, name, baseUrl);
  if (own) return { name, models: own.models.map(({ id }) => id), listedBy: 'provider' };
  const table = await readPriceTable(around.productFolder);
  // Another server has other models than the vendor, so what we know of the vendor says nothing of it.
  const vendor = baseUrl === undefined ? vendorOf(table, name, undefined) : undefined;
  const models = vendor === undefined ? undefined : Object.keys(table.vendors[vendor]?.models ?? {});
  return { name, models, listedBy: 'shipped' };
}

/** The matrix the settings name, with their overrides; without one no role can be had. */
export async function activeMatrix(
  around: Surroundings,
  { settings }: Pick<Composition, 'settings'>,
): Promise<{ matrix: Matrix | undefined; diagnostics: readonly Diagnostic[] }> {
  const { matrix: named, overrides } = settings.routing ?? {};
  const { matrices, diagnostics } = await findMatrix(
    around,
    named ?? DEFAULT_MATRIX,
    'routing.matrix of the settings',
  );
  const [found] = matrices;
  const matrix = found && overrideMatrix({ ...found.matrix, name: found.name }, overrides);
  return { matrix, diagnostics: named === undefined && !found ? [] : diagnostics };
}
