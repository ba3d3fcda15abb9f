/** An agent file's text as frontmatter and body. Frontmatter is YAML, whatever the fence says: nothing is ever run. */
import matter from 'gray-matter';

export interface SplitFile {
  /** The YAML between the fences; empty when there is none. */
  readonly yaml: string;
  /** The line of the text, from 1, on which `yaml` begins: that of the opening fence. */
  readonly line: number;
  readonly body: string;
  /** Where the body begins in the text. */
  readonly bodyStart: number;
}

export interface SplitFault {
  readonly line: number;
  readonly message: string;
  readonly remedy: string;
}

/** gray-matter finds the fences and nothing else; its own engines, one of which evaluates, are replaced. */
const nothing = { parse: () => ({}), stringify: () => '' };
const ENGINES = { yaml: nothing, json: nothing, javascript: nothing, js: nothing, coffee: nothing };
const FENCE = /^---(?!-)([^\r\n]*)/;

/** @param text without a byte order mark; a `#!` line in front is skipped. */
export function splitFile(text: string): SplitFile | SplitFault {
  const shebang = text.startsWith('#!') ? text.slice(0, text.indexOf('\n') + 1 || text.length) : '';
  const line = shebang === '' ? 1 : 2;
  const rest = text.slice(shebang.length);
  const fence = FENCE.exec(rest);
  if (!fence) return { yaml: '', line, ...bodyOf(rest, text) };
  const language = (fence[1] ?? '').trim();
  if (!/^(?:ya?ml)?$/i.test(language)) {
    return {
      line,
      message: `Frontmatter in "${language.slice(0, 40)}" is not read.`,
      remedy: 'Write a line of just --- and YAML below it.',
    };
  }
  if (!/\n---/.test(rest)) {
    return { line, message: 'The frontmatter has no end.', remedy: 'Write a line of just --- below it.' };
  }
  const { matter: yaml, content } = matter(rest, { language: 'yaml', engines: ENGINES });
  return { yaml, line, ...bodyOf(content, text) };
}

/** @param content the end of the text */
function bodyOf(content: string, text: string): Pick<SplitFile, 'body' | 'bodyStart'> {
  return { body: content.trim(), bodyStart: text.length - content.trimStart().length };
}
