/**
 * The simple commands in a line of shell, as words with their quotes taken off. Good enough to look for
 * what is dangerous, not a shell: variables and substitutions are not expanded.
 */

/** For example `a "b c" && d > e` gives `[['a', 'b c'], ['d', '>', 'e']]`. */
export function simpleCommands(text: string): string[][] {
  const commands: string[][] = [];
  let words: string[] = [];
  for (const { 0: token, groups } of text.matchAll(TOKEN)) {
    if (groups?.word !== undefined) words.push(unquoted(token));
    else if (groups?.redirection !== undefined) words.push(token.replace(/^\d+|&$/g, ''));
    else if (groups?.separator !== undefined) {
      if (words.length > 0) commands.push(words);
      words = [];
    }
  }
  return words.length > 0 ? [...commands, words] : commands;
}

const TOKEN = new RegExp(
  [
    /(?<space>[ \t]+|\\\n)/,
    /(?<comment>(?<=^|[\s;&|(])#[^\n]*)/,
    /(?<redirection>\d*[<>]{1,2}[|&]?)/,
    /(?<separator>\$\(|[;&|\n(){}`]+)/,
    /(?<word>(?:\\[\s\S]|'[^']*'?|"(?:\\[\s\S]|[^"\\])*"?|\$\{[^}]*\}?|(?!\$\()[^\s;&|(){}`<>\\'"])+|[\s\S])/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
);

function unquoted(word: string): string {
  return word.replace(/'([^']*)'?|"((?:\\[\s\S]|[^"\\])*)"?|\\([\s\S])/g, (_, single, double, escaped) =>
    String(single ?? double?.replace(/\\([$`"\\])/g, '$1') ?? escaped),
  );
}
