/** Which parts of a markdown text are code: fenced blocks and spans between backticks. */

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const SPAN = /(?<![`\\])(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g;

/** The same text with everything in code as blanks, so that places stay what they are. */
export function withoutCode(markdown: string): string {
  const prose = withoutFences(markdown);
  // A span ends with its paragraph: a lone backtick must not hide the rest of the text.
  return prose
    .split(/(\n[ \t\r]*\n)/)
    .map((part) => part.replace(SPAN, blank))
    .join('');
}

function withoutFences(markdown: string): string {
  let fence: string | undefined;
  const lines = markdown.split('\n').map((line) => {
    const mark = FENCE.exec(line)?.[1];
    if (fence === undefined) {
      fence = mark;
      return mark === undefined ? line : blank(line);
    }
    // The closing fence is of the same kind, at least as long, with nothing behind it.
    if (mark?.startsWith(fence) && line.trim() === mark) fence = undefined;
    return blank(line);
  });
  return lines.join('\n');
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}
