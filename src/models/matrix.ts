/** A matrix as the person has it: the file's roles with the overrides of the settings (DL-41). Pure. */
import type { Candidate, Matrix, MatrixRole, RoleOverride } from '../protocol/routing.ts';

/** Overrides replace a role's candidates; `base` among them stands for those of the matrix. */
export function overrideMatrix(
  matrix: Matrix,
  overrides: Readonly<Record<string, RoleOverride>> = {},
): Matrix {
  const roles: Record<string, MatrixRole> = { ...matrix.roles };
  for (const [role, override] of Object.entries(overrides)) {
    const base = matrix.roles[role];
    const given = Array.isArray(override) ? override : override.candidates;
    const description = Array.isArray(override) ? undefined : override.description;
    const candidates = given.flatMap((each): Candidate[] =>
      each === 'base' ? [...(base?.candidates ?? [])] : [each],
    );
    roles[role] = { description: description ?? base?.description ?? '', candidates };
  }
  return { ...matrix, roles };
}
