/** A session as one page that needs nothing else: no script, nothing loaded, every text escaped. */
import { type ExportRow, exportRows } from './export-rows.ts';
import type { ExportedSession } from './exported-session.ts';

const STYLE = `
:root { color-scheme: light dark; --text: #1f2328; --dim: #59636e; --back: #fff; --box: #f6f8fa; --line: #d1d9e0; --bad: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6edf3; --dim: #9198a1; --back: #0d1117; --box: #161b22; --line: #3d444d; --bad: #ff8182; }
}
body { max-width: 60rem; margin: 0 auto; padding: 1.5rem; font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); }
h1 { font-size: 1.5rem; } h2 { font-size: 1.05rem; margin-top: 2rem; border-top: 1px solid var(--line); padding-top: .75rem; }
.text, pre { white-space: pre-wrap; overflow-wrap: anywhere; }
pre { font: 13px/1.45 ui-monospace, monospace; background: var(--box); border: 1px solid var(--line); border-radius: 6px; padding: .6rem; max-height: 30rem; overflow: auto; }
.prompt { background: var(--box); border-left: 3px solid var(--line); padding: .5rem .75rem; }
.who, .note, .thinking { color: var(--dim); } .failed > summary { color: var(--bad); }
details { margin: .5rem 0; } summary { cursor: pointer; } .branch { border-left: 2px solid var(--line); padding-left: 1rem; }
`;

export function htmlOf(session: ExportedSession): string {
  const { title, agent, cwd, session_id, created_at } = session.head;
  const facts = `${agent} · ${cwd} · ${new Date(created_at).toISOString()} · ${session_id}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<p class="who">${escaped(facts)}</p>
${rowsOf(session)}
</body>
</html>
`;
}

function rowsOf(session: ExportedSession): string {
  return exportRows(session).map(rowHtml).join('\n');
}

function rowHtml(row: ExportRow): string {
  switch (row.kind) {
    case 'turn': {
      const when = new Date(row.at).toISOString();
      return `<h2>Turn ${row.turn}</h2>\n<p class="who">${escaped(row.by)} · ${when}</p>`;
    }
    case 'prompt':
      return `<div class="prompt text">${escaped(row.text)}</div>`;
    case 'answer':
      return `<div class="who">${escaped(row.agent)}</div>\n<div class="text">${escaped(row.text)}</div>`;
    case 'thinking':
      return `<details class="thinking"><summary>Thinking</summary><div class="text">${escaped(row.text)}</div></details>`;
    case 'note':
    case 'end':
      return `<p class="note">${escaped(row.text)}</p>`;
    case 'tool': {
      const end = row.success === undefined ? ' · not ended' : row.success ? '' : ' · failed';
      const state = row.success === false ? 'failed' : 'done';
      const output = row.output ? `<pre>${escaped(row.output)}</pre>` : '';
      const tool = `<details class="${state}"><summary>${escaped(row.name + end)}</summary><pre>${escaped(row.input)}</pre>${output}</details>`;
      if (!row.branch) return tool;
      const { agent, title } = row.branch.head;
      return `${tool}\n<details class="branch"><summary>Delegated to ${escaped(agent)}: ${escaped(title)}</summary>\n${rowsOf(row.branch)}\n</details>`;
    }
    default:
      return row satisfies never;
  }
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
