/** Where a link of a message leads: out of the editor, or to a file of the workspace. Nowhere else. */
import type { FromChat } from '../../src/protocol/chat.ts';

type Followed = Extract<FromChat, { type: 'openLink' | 'openFile' }>;

/** Undefined for what must not be followed, such as other schemes and addresses of network shares. */
export function linkTarget(href: string): Followed | undefined {
  if (/^(?:https?|mailto):/i.test(href)) return { type: 'openLink', url: href };
  if (/^[a-z][a-z0-9+.-]+:/i.test(href) && !/^[^:/\\]+\.\w+:\d+$/.test(href)) return undefined;
  const path = decoded(href);
  if (path === '' || path.startsWith('#') || /^[\\/]{2}/.test(path)) return undefined;
  const place = /^(?<path>.+?)(?:#L?|:)(?<line>\d+)(?:[-:,].*)?$/.exec(path)?.groups;
  return place
    ? { type: 'openFile', path: place.path!, line: Number(place.line) }
    : { type: 'openFile', path: path.replace(/#.*$/, '') };
}

function decoded(href: string): string {
  try {
    return decodeURI(href);
  } catch {
    // A stray percent sign: it is part of the name.
    return href;
  }
}
