/** What "Copy" copies of a row: what it says, as plain text. */
import { strings } from '../strings.ts';
import { toolSubject } from '../tools/tool-line.ts';
import { outputParts } from '../tools/tool-output.ts';
import { textOf } from '../values.ts';
import type { Row, ToolRow } from './rows.ts';

export function rowText(row: Row): string {
  switch (row.kind) {
    case 'prompt':
    case 'message':
    case 'thinking':
      return row.text;
    case 'tool':
      return toolText(row);
    case 'decision':
      return [row.decision.action, row.decision.hook, row.decision.reason, row.decision.text]
        .filter(Boolean)
        .join(': ');
    case 'hook-failed':
      return `${row.failure.hook}: ${row.failure.error.message}`;
    case 'hook-wait':
      return strings.hookWait.text(row.hook, row.service, row.event, row.waitedMs);
    case 'approval':
      return [row.prompt, textOf(row.subject.tool_input ?? ''), row.answer?.choice]
        .filter(Boolean)
        .join('\n');
    case 'retry':
      return row.error.message;
    case 'crash':
      return `${row.service}: ${row.exit}\n${row.error.message}`;
    case 'notice':
      return row.remedy === undefined ? row.text : `${row.text} ${row.remedy}`;
    case 'divider':
      return dividerText(row.what);
    case 'todos':
      return row.todos
        .map((todo) => `[${todo.status === 'completed' ? 'x' : ' '}] ${todo.content}`)
        .join('\n');
    case 'turn-end':
      return row.error ? `${row.error.message} ${row.error.remedy ?? ''}`.trim() : row.status;
    default:
      row satisfies never;
      return '';
  }
}

export function dividerText(what: Extract<Row, { kind: 'divider' }>['what']): string {
  switch (what.type) {
    case 'agent':
      return strings.divider.agent(what.from, what.to);
    case 'resumed':
      return strings.divider.resumed(what.reason);
    case 'compacted':
      return strings.divider.compacted(what.beforeTokens, what.afterTokens);
    default:
      what satisfies never;
      return '';
  }
}

function toolText(row: ToolRow): string {
  const asked = row.name === 'bash' ? `$ ${toolSubject('', row.input)}` : `${row.name} ${textOf(row.input)}`;
  const said = outputParts(row.output).map((part) => textOf(part.value));
  return [asked, ...said, row.error?.message].filter(Boolean).join('\n');
}
