/** The kinds of work a model can be chosen for (DL-40). */

/** By name, with what belongs to it. A matrix may have others; these are the ones everybody knows. */
export const ROLES = {
  general: 'Anything that needs no special strength; where every chain of roles ends',
  fast: 'Small, quick work: sorting, extracting, renaming, summaries, many calls at once',
  coding: 'Writing, changing and debugging code',
  'ui-coding': 'User interfaces in code: components, layout, styles',
  'security-audit': 'Looking for weaknesses: attack surfaces, unsafe code, secrets',
  reasoning: 'Hard thinking: architecture, trade-offs, plans of many steps',
  critique: 'Finding what is wrong with existing work, without redoing it',
  creative: 'Ideas, design directions and taste',
  writing: 'Long texts: documentation, articles, reports',
  research: 'Digging deep and bringing many sources together',
  vision: 'Understanding pictures: screenshots, diagrams, sketches',
  'image-gen': 'Making pictures',
  'critical-ops': 'Work in which a mistake is expensive: operations, migrations, coordination',
} as const;
export type Role = keyof typeof ROLES;

/** The roles as a list for a model that is to choose one. */
export function rolesText(roles: Readonly<Record<string, string>> = ROLES): string {
  return Object.entries(roles)
    .map(([name, description]) => (description === '' ? `- ${name}` : `- ${name}: ${description}`))
    .join('\n');
}

/** Everybody's roles in the words of a matrix where it has any, and the matrix's own after them. */
export function describedRoles(
  matrix: Readonly<Record<string, { readonly description: string }>> = {},
): Record<string, string> {
  const own = Object.entries(matrix).filter(
    ([name, { description }]) => description !== '' || !isKnown(name),
  );
  return { ...ROLES, ...Object.fromEntries(own.map(([name, { description }]) => [name, description])) };
}

function isKnown(name: string): name is Role {
  return Object.hasOwn(ROLES, name);
}
