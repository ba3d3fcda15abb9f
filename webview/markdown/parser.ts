/**
 * Markdown to HTML, block by block. Raw HTML is text, pictures become links (nothing is loaded from anywhere),
 * and code blocks get a head with their language and a copy button.
 */
import MarkdownIt, { type Env, type Token } from 'markdown-it';
import { strings } from '../strings.ts';

/** A top-level block. */
export interface Block {
  readonly html: string;
  /** Where it begins in the text, in UTF-16 units. */
  readonly start: number;
}

const parser = new MarkdownIt({ html: false, linkify: true, breaks: false, typographer: false });
parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false });

parser.renderer.rules.image = (tokens, index) => {
  const token = tokens[index]!;
  const href = parser.utils.escapeHtml(String(token.attrGet('src') ?? ''));
  const text = parser.utils.escapeHtml(token.content || String(token.attrGet('src') ?? ''));
  return `<a href="${href}">${text}</a>`;
};
parser.renderer.rules.link_open = (tokens, index, options, _env, self) => {
  const token = tokens[index]!;
  // Where a link leads is seen before it is followed.
  if (token.attrGet('title') === null) token.attrSet('title', String(token.attrGet('href') ?? ''));
  return self.renderToken(tokens, index, options);
};
parser.renderer.rules.fence = (tokens, index) => codeBlock(tokens[index]!.content, tokens[index]!.info);
parser.renderer.rules.code_block = (tokens, index) => codeBlock(tokens[index]!.content, '');
parser.renderer.rules.table_open = () => '<div class="md-table" tabindex="0"><table>';
parser.renderer.rules.table_close = () => '</table></div>';

for (const cell of ['th_open', 'td_open'] as const) {
  parser.renderer.rules[cell] = (tokens, index, options, _env, self) => {
    const token = tokens[index]!;
    // A style attribute in HTML is refused by the content security policy.
    const side = /text-align:\s*(\w+)/.exec(String(token.attrGet('style') ?? ''))?.[1];
    token.attrs = side === undefined ? null : [['class', `md-${side}`]];
    return self.renderToken(tokens, index, options);
  };
}

/** @param env kept between calls for one text, so that link definitions of earlier parts are known */
export function parseBlocks(text: string, env: Env): Block[] {
  const tokens = parser.parse(text, env);
  const lineStarts = startsOfLines(text);
  return topLevel(tokens).map((group) => ({
    html: parser.renderer.render(group, parser.options, env),
    start: lineStarts[group[0]?.map?.[0] ?? 0] ?? 0,
  }));
}

function topLevel(tokens: readonly Token[]): Token[][] {
  const groups: Token[][] = [];
  let depth = 0;
  for (const token of tokens) {
    if (depth === 0) groups.push([]);
    groups.at(-1)!.push(token);
    depth += token.nesting;
  }
  return groups;
}

function startsOfLines(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function codeBlock(content: string, info: string): string {
  const { escapeHtml } = parser.utils;
  const language = info.trim().split(/\s+/, 1)[0] ?? '';
  const name = escapeHtml(language || strings.markdown.code);
  const copy = escapeHtml(strings.markdown.copyCode);
  return `<div class="code"><div class="code-head"><span>${name}</span><button type="button" class="code-copy icon-button codicon codicon-copy" aria-label="${copy}" title="${copy}"></button></div><pre tabindex="0"><code class="language-${escapeHtml(language)}">${escapeHtml(content)}</code></pre></div>`;
}
