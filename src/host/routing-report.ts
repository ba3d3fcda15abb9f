/** What the matrices are, and which model each role is now: for a list in a terminal or an editor. */
import type { ComposeRequest, Surroundings } from '../definitions/compose.ts';
import { compose } from '../definitions/compose.ts';
import type { Diagnostic } from '../definitions/diagnostic.ts';
import { DEFAULT_MATRIX, type FoundMatrix, findMatrix, listMatrices } from '../definitions/matrices.ts';
import { chooseModel, type ModelChoice } from '../models/choose.ts';
import { overrideMatrix } from '../models/matrix.ts';
import { listedProviders, sessionDefault } from './model-choice.ts';

export interface MatrixLine {
  readonly name: string;
  readonly description: string;
  readonly updated: string | undefined;
  readonly file: string;
  readonly shadows: readonly string[];
  readonly isActive: boolean;
}

export interface RoleLine {
  readonly role: string;
  readonly description: string;
  readonly isOverridden: boolean;
  readonly choice: ModelChoice;
}

export interface RoutingReport {
  readonly matrix: FoundMatrix | undefined;
  readonly roles: readonly RoleLine[];
  readonly providers: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Every matrix, the active one marked. */
export async function matrixLines(
  around: Surroundings,
  request: ComposeRequest,
): Promise<{ lines: MatrixLine[]; diagnostics: readonly Diagnostic[] }> {
  const [{ settings }, found] = await Promise.all([compose(around, request), listMatrices(around)]);
  const active = settings.routing?.matrix ?? DEFAULT_MATRIX;
  const lines = found.matrices.map(({ name, file, shadows, matrix }) => ({
    name,
    description: matrix.description,
    updated: matrix.updated,
    file,
    shadows,
    isActive: name === active,
  }));
  return { lines, diagnostics: found.diagnostics };
}

/**
 * Each role of a matrix as it would be resolved now, with the person's overrides.
 * @param name absent for the active one.
 */
export async function routingReport(
  around: Surroundings,
  request: ComposeRequest,
  name?: string,
): Promise<RoutingReport> {
  const composition = await compose(around, request);
  const { matrix: active = DEFAULT_MATRIX, overrides = {} } = composition.settings.routing ?? {};
  const { matrices, diagnostics } = await findMatrix(
    around,
    name ?? active,
    'routing.matrix of the settings',
  );
  const [found] = matrices;
  const providers = await listedProviders(around, composition);
  const names = providers.map((provider) => provider.name);
  if (!found) return { matrix: undefined, roles: [], providers: names, diagnostics };
  const matrix = overrideMatrix({ ...found.matrix, name: found.name }, overrides);
  const session = sessionDefault(composition);
  const roles = Object.entries(matrix.roles).map(([role, { description }]) => ({
    role,
    description,
    isOverridden: Object.hasOwn(overrides, role),
    choice: chooseModel({ call: { role }, session, matrix, providers }),
  }));
  return { matrix: found, roles, providers: names, diagnostics };
}
