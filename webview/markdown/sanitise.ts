/**
 * The last gate before markdown becomes elements. The parser already writes raw HTML as text; whatever gets
 * past it finds only these elements and attributes here: no styles, scripts, pictures, frames or forms.
 */
import DOMPurify from 'dompurify';

const TAGS = [
  ...['a', 'b', 'blockquote', 'br', 'button', 'code', 'del', 'div', 'em', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6'],
  ...['hr', 'i', 'kbd', 'li', 'ol', 'p', 'pre', 's', 'span', 'strong', 'sub', 'sup'],
  ...['table', 'tbody', 'td', 'th', 'thead', 'tr', 'ul'],
];
const ATTRIBUTES = ['href', 'title', 'class', 'start', 'type', 'aria-label', 'tabindex'];
/** Addresses to open elsewhere, and paths of the workspace. Anything else with a scheme is dropped. */
const ADDRESSES = /^(?:https?:|mailto:|(?![a-z][a-z0-9+.-]+:)[^\s])/i;

export function sanitise(html: string): DocumentFragment {
  return DOMPurify.sanitize(html, {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ATTRIBUTES,
    ALLOWED_URI_REGEXP: ADDRESSES,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    RETURN_DOM_FRAGMENT: true,
  });
}
