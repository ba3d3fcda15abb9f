/** A session as markdown to read: the conversation, calls folded, delegated work inside the call that began it. */
import { type ExportRow, exportRows } from './export-rows.ts';
import type { ExportedSession } from './exported-session.ts';

export function markdownOf(session: ExportedSession): string {
  const { title, agent, cwd, session_id, created_at } = session.head;
  const facts = [
    `- Session: \`${session_id}\``,
    `- Agent: ${oneLine(agent)}`,
    `- Folder: \`${cwd}\``,
    `- Begun: ${new Date(created_at).toISOString()}`,
  ];
  return `# ${oneLine(title)}\n\n${facts.join('\n')}\n\n${rowsOf(session, 2)}\n`;
}

function rowsOf(session: ExportedSession, level: number): string {
  return exportRows(session)
    .map((row) => rowText(row, level))
    .join('\n\n');
}

function rowText(row: ExportRow, level: number): string {
  switch (row.kind) {
    case 'turn':
      return `${heading(level)} Turn ${row.turn}\n\n*${oneLine(row.by)} · ${new Date(row.at).toISOString()}*`;
    case 'prompt':
      return quoted(row.text);
    case 'answer':
      return `**${oneLine(row.agent)}**\n\n${row.text}`;
    case 'thinking':
      return folded('Thinking', row.text);
    case 'note':
      return `*${oneLine(row.text)}*`;
    case 'end':
      return `*${oneLine(row.text)}*`;
    case 'tool': {
      const end = row.success === undefined ? ' (not ended)' : row.success ? '' : ' (failed)';
      const parts = [fenced(row.input)];
      if (row.branch) {
        parts.push(`**Delegated to ${oneLine(row.branch.head.agent)}**\n\n${rowsOf(row.branch, level + 1)}`);
      }
      if (row.output) parts.push(fenced(row.output));
      return folded(`Tool ${row.name}${end}`, parts.join('\n\n'));
    }
    default:
      return row satisfies never;
  }
}

function folded(title: string, body: string): string {
  return `<details><summary>${escapeHtml(title)}</summary>\n\n${body}\n\n</details>`;
}

function quoted(text: string): string {
  return text
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');
}

/** The fence is longer than any in the text. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

function heading(level: number): string {
  return '#'.repeat(Math.min(level, 6));
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
