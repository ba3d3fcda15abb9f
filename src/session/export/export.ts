/** A session with all it delegated as one text: to read, to process, or to show in a browser (DL-34). */
import { PatchbayError } from '../../protocol/errors.ts';
import { subtree } from '../head-tree.ts';
import type { SessionStore } from '../store.ts';
import { htmlOf } from './export-html.ts';
import { markdownOf } from './export-markdown.ts';
import { type ExportedSession, exportedSession } from './exported-session.ts';

export const EXPORT_FORMATS = ['markdown', 'json', 'html'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** @throws PatchbayError `config` for an unknown or ambiguous id, or one that cannot be read. */
export async function exportSession(
  sessions: Pick<SessionStore, 'look' | 'list'>,
  idOrPrefix: string,
  format: ExportFormat,
): Promise<string> {
  const { id, head } = await sessions.look(idOrPrefix);
  const { heads } = await sessions.list({ cwd: head.cwd });
  const node = subtree(heads, id);
  if (!node) throw new PatchbayError('config', `Session "${id}" is not in the list of its folder any more.`);
  return textOf(await exportedSession(node, sessions.look), format);
}

export function textOf(session: ExportedSession, format: ExportFormat): string {
  switch (format) {
    case 'markdown':
      return markdownOf(session);
    case 'json':
      return `${JSON.stringify(session, null, 2)}\n`;
    case 'html':
      return htmlOf(session);
    default:
      return format satisfies never;
  }
}
