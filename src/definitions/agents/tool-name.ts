/**
 * Names of agents as tools. Providers take only letters, digits, `_` and `-`, at most 64; a name such as
 * `research.icp` crosses the wire as `research_x2e_icp` and comes back unchanged (AT-23).
 */

const LONGEST = 64;
const ESCAPE = /_x([0-9a-f]+)_/g;

/** Undefined when the name is too long for a provider. */
export function wireName(toolName: string): string | undefined {
  // What could be read as an escape is one itself.
  const kept = toolName.replace(/_(?=x)/g, escaped);
  const wire = kept.replace(/[^a-zA-Z0-9_-]/gu, escaped);
  return wire.length > 0 && wire.length <= LONGEST ? wire : undefined;
}

/** The name that `wireName` was given. */
export function nameFromWire(wire: string): string {
  return wire.replace(ESCAPE, (_whole, code: string) => String.fromCodePoint(Number.parseInt(code, 16)));
}

function escaped(character: string): string {
  return `_x${character.codePointAt(0)?.toString(16)}_`;
}
