/** What `read_file` answers for a folder: its entries by name, folders ending in a slash. */
import fs from 'node:fs/promises';
import type { GuardedPath } from '../../sdk/paths.ts';

/** `content` holds one entry per line; the other fields are those of a text file, counting entries. */
export async function listFolder({ real, shown }: GuardedPath, offset: number, count: number) {
  const entries = await fs.readdir(real, { withFileTypes: true });
  const names = entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort();
  const window = names.slice(offset - 1, offset - 1 + count);
  const warning = warningOf(names.length, window.length, offset);
  return {
    file_path: shown,
    content: window.join('\n'),
    total_lines: names.length,
    lines_read: window.length,
    offset,
    is_folder: true,
    ...(warning !== undefined && { warning }),
  };
}

function warningOf(total: number, listed: number, offset: number): string | undefined {
  if (total === 0) return 'The folder is empty.';
  if (listed === 0) return `The folder has only ${total} entries.`;
  const next = offset + listed;
  return next <= total ? `There is more: read on with offset ${next}.` : undefined;
}
