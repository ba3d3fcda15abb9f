/**
 * Patterns of rules over the text of a command: `*` stands for any characters, `?` for one, `\` makes the next
 * character plain. Matching takes at most the product of both lengths in time, whatever the pattern.
 */

/** Whether the pattern has a part that stands for something else. */
export function hasWildcard(pattern: string): boolean {
  return /[*?]/.test(pattern.replace(/\\[\s\S]/g, ''));
}

/** How much of a pattern is fixed text: the measure of how exact it is. */
export function literalLength(pattern: string): number {
  return pattern.replace(/\\([\s\S])/g, 'x').replace(/[*?]/g, '').length;
}

/** A pattern that matches this text and no other. */
export function escapeWildcards(text: string): string {
  return text.replace(/[*?\\]/g, '\\$&');
}

/** The text of a pattern without wildcards. */
export function unescapeWildcards(pattern: string): string {
  return pattern.replace(/\\([\s\S])/g, '$1');
}

/** A blank before a last `*` is optional: `ls *` covers `ls` alone too. */
export function matchesWildcard(pattern: string, text: string): boolean {
  if (pattern.endsWith(' *') && matches(pattern.slice(0, -2), text)) return true;
  return matches(pattern, text);
}

function matches(pattern: string, text: string): boolean {
  const tokens = pattern.match(/\\[\s\S]|[\s\S]/g) ?? [];
  let at = 0;
  let token = 0;
  let star = -1;
  let starAt = 0;
  while (at < text.length) {
    const current = tokens[token];
    if (current === '*') {
      star = token;
      starAt = at;
      token += 1;
    } else if (current !== undefined && (current === '?' || current.at(-1) === text[at])) {
      token += 1;
      at += 1;
    } else if (star !== -1) {
      token = star + 1;
      starAt += 1;
      at = starAt;
    } else return false;
  }
  return tokens.slice(token).every((rest) => rest === '*');
}
