/** highlight.js and its common languages. Only imported lazily. */
import hljs from 'highlight.js/lib/common';
import { sanitise } from './sanitise.ts';

/** The code as elements with classes; undefined for a language that is not known. */
export function colour(code: string, language: string): DocumentFragment | undefined {
  if (!hljs.getLanguage(language)) return undefined;
  return sanitise(hljs.highlight(code, { language, ignoreIllegals: true }).value);
}
