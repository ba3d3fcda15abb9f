/** "Did you mean …": the known name that a wrong one was probably meant to be. */

/** Undefined when nothing is near: a third of the letters may differ, never more than three. */
export function nearestName(wrong: string, known: Iterable<string>): string | undefined {
  const wanted = plain(wrong);
  let best: { name: string; distance: number } | undefined;
  for (const name of known) {
    const distance = editDistance(wanted, plain(name));
    if (distance < (best?.distance ?? Math.min(3, Math.floor(wanted.length / 3)) + 1))
      best = { name, distance };
  }
  return best?.name;
}

/** `tool_name`, `tool-name` and `toolName` are one name spelled in three ways. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[-_\s]/g, '');
}

function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const change = a[row - 1] === b[column - 1] ? 0 : 1;
      current.push(Math.min(above[column]! + 1, current[column - 1]! + 1, above[column - 1]! + change));
    }
    above = current;
  }
  return above[b.length]!;
}
