/** The person's changes to a matrix (DL-41). */
import { expect, test } from 'vitest';
import { overrideMatrix } from '../../../src/models/matrix.ts';
import { describedRoles, ROLES, rolesText } from '../../../src/models/roles.ts';
import type { Candidate, Matrix } from '../../../src/protocol/routing.ts';

const candidate = (model: string): Candidate => ({ provider: 'p', model });
const matrix: Matrix = {
  name: 'm',
  description: '',
  roles: {
    general: { description: 'All', candidates: [candidate('a'), candidate('b')] },
    fast: { description: 'Quick', candidates: [candidate('f')] },
  },
};
const models = (changed: Matrix, role: string) => changed.roles[role]?.candidates.map(({ model }) => model);

test('`base` stands for the candidates of the file, wherever it is written', () => {
  const changed = overrideMatrix(matrix, {
    general: { candidates: [candidate('x'), 'base', candidate('y')] },
    fast: ['base', candidate('z')],
  });
  expect(models(changed, 'general')).toEqual(['x', 'a', 'b', 'y']);
  expect(models(changed, 'fast')).toEqual(['f', 'z']);
  expect(changed.roles.general?.description).toBe('All');
});

test('without `base` the candidates are replaced; other roles stay, the file’s own too', () => {
  const changed = overrideMatrix(matrix, { general: { candidates: [candidate('x')], description: 'Mine' } });
  expect(models(changed, 'general')).toEqual(['x']);
  expect(changed.roles.general?.description).toBe('Mine');
  expect(models(changed, 'fast')).toEqual(['f']);
  expect(models(matrix, 'general')).toEqual(['a', 'b']);
});

test('a role the file does not have is added', () => {
  const changed = overrideMatrix(matrix, { juggling: ['base', candidate('j')] });
  expect(changed.roles.juggling).toEqual({ description: '', candidates: [candidate('j')] });
});

test('thirteen roles have a description (DL-40)', () => {
  expect(Object.keys(ROLES)).toHaveLength(13);
  expect(rolesText({ fast: 'Quick work', vision: 'Pictures' })).toBe(
    '- fast: Quick work\n- vision: Pictures',
  );
});

test('a matrix adds its own roles and puts its words in the place of ours (DL-40)', () => {
  const roles = describedRoles({
    fast: { description: 'Mere trifles' },
    vision: { description: '' },
    cobol: { description: '' },
  });
  expect(roles).toEqual({ ...ROLES, fast: 'Mere trifles', cobol: '' });
  expect(rolesText(roles)).toMatch(/\n- cobol$/);
});
