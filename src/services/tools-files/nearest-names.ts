/** "Did you mean": the names in a folder that are nearest to one that is not there. */

/** At most three, nearest first; none when nothing is near. */
export function nearestNames(wanted: string, names: readonly string[]): string[] {
  const target = wanted.toLowerCase();
  return names
    .map((name) => ({ name, distance: distanceOf(target, name.toLowerCase()) }))
    .filter(({ distance }) => distance <= Math.max(2, target.length * 0.34))
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name);
}

/** A name with another ending (`main.ts` for `main.js`) is nearer than its letters say. */
function distanceOf(wanted: string, name: string): number {
  const stem = (text: string) => text.replace(/\.[^.]+$/, '');
  const letters = editDistance(wanted, name);
  return stem(wanted) === stem(name) ? Math.min(letters, 1) : letters;
}

/** Letters to insert, leave out, replace or swap with their neighbour to make one text of the other. */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const isEqual = a[row - 1] === b[column - 1];
      let least = Math.min(
        above[column]! + 1,
        current[column - 1]! + 1,
        above[column - 1]! + (isEqual ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        least = Math.min(least, before[column - 2]! + 1);
      }
      current.push(least);
    }
    before = above;
    above = current;
  }
  return above[b.length]!;
}
