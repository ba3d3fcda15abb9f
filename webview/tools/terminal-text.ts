/** What a program printed, as a terminal would leave it on the screen, without colours. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

export function terminalText(printed: string): string {
  return printed.replace(ESCAPES, '').replaceAll('\r\n', '\n').split('\n').map(overwritten).join('\n');
}

/** A carriage return goes back to the beginning of the line: what follows covers what was there. */
function overwritten(line: string): string {
  if (!line.includes('\r')) return line;
  return line.split('\r').reduce((shown, part) => part + shown.slice(part.length), '');
}
