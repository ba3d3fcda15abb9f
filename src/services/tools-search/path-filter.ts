/**
 * "Only files whose path matches." ripgrep's own `--glob` would also bring back what `.gitignore` leaves out,
 * so the whole path is matched here, and ripgrep is only told the file names, which spares it the rest.
 */
import picomatch from 'picomatch';
import { ToolFailure } from '../../sdk/index.ts';

export interface PathFilter {
  /** For ripgrep. */
  readonly args: readonly string[];
  /** @param path relative to where the search starts, with forward slashes. */
  matches(path: string): boolean;
}

/**
 * As in .gitignore: without a slash a glob means names at any depth; `!` leaves out what matches.
 * @param type ripgrep's name of a file type that is asked for as well.
 */
export function pathFilter(glob: string | undefined, type: string | undefined): PathFilter {
  const ofType = type === undefined ? [] : ['--type', type];
  if (glob === undefined || glob === '') return { args: ofType, matches: () => true };
  if (glob.startsWith('!')) return { args: [...ofType, '--glob', glob], matches: () => true };
  if (!isBalanced(glob))
    throw new ToolFailure(`The glob "${glob}" is not valid: a brace or bracket is not closed.`);
  const pattern = glob.replace(/^\.?\//, '').replace(/\/$/, '/**');
  const name = pattern.slice(pattern.lastIndexOf('/') + 1);
  // Of several types any would do, so that only one can be asked for.
  const byName =
    type === undefined && isBalanced(name) ? ['--type-add', `wanted:${name}`, '--type', 'wanted'] : ofType;
  const isMatch = picomatch(pattern, { dot: true, basename: !pattern.includes('/') });
  return { args: byName, matches: (path) => isMatch(path) };
}

function isBalanced(glob: string): boolean {
  const count = (character: string) => glob.split(character).length;
  return count('{') === count('}') && count('[') === count(']');
}
