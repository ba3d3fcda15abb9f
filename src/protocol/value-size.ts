/** How large a value is, without making text of it. */

/**
 * Characters of its texts and names, and one for every other part; about what its JSON has. Stops counting once
 * it is above `atMost`, so that a huge value, or one that contains itself, costs no more than that.
 */
export function valueSize(value: unknown, atMost = Number.MAX_SAFE_INTEGER): number {
  const left: unknown[] = [value];
  let size = 0;
  while (left.length > 0 && size <= atMost) {
    const next = left.pop();
    size += 1;
    if (typeof next === 'string') size += next.length;
    else if (Array.isArray(next)) for (const item of next) left.push(item);
    else if (typeof next === 'object' && next !== null) {
      for (const [name, item] of Object.entries(next)) {
        size += name.length;
        left.push(item);
      }
    }
  }
  return size;
}
