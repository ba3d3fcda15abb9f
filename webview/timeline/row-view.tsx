/** One row, by its kind. Renders again only when its row is another one. */
import { ApprovalContent } from '../approvals/approval-row.tsx';
import { memo } from '../memo.tsx';
import { RowFrame } from './row-frame.tsx';
import { DecisionContent } from './rows/decision-row.tsx';
import { DividerContent } from './rows/divider-row.tsx';
import {
  CrashContent,
  HookFailedContent,
  HookWaitContent,
  NoticeContent,
  RetryContent,
} from './rows/notice-row.tsx';
import { PromptContent } from './rows/prompt-row.tsx';
import { MessageContent, ThinkingContent } from './rows/text-row.tsx';
import { TodosContent } from './rows/todos-row.tsx';
import { ToolContent } from './rows/tool-row.tsx';
import { TurnEndContent } from './rows/turn-end-row.tsx';
import type { Row } from './rows.ts';

interface RowProps {
  readonly row: Row;
  /** The row carries its agent's name. */
  readonly leads: boolean;
}

export const RowView = memo<RowProps>(({ row, leads }) => (
  <RowFrame row={row} leads={leads}>
    <Content row={row} />
  </RowFrame>
));

function Content({ row }: { readonly row: Row }) {
  switch (row.kind) {
    case 'prompt':
      return <PromptContent row={row} />;
    case 'message':
      return <MessageContent row={row} />;
    case 'thinking':
      return <ThinkingContent row={row} />;
    case 'tool':
      return <ToolContent row={row} />;
    case 'decision':
      return <DecisionContent row={row} />;
    case 'hook-failed':
      return <HookFailedContent row={row} />;
    case 'hook-wait':
      return <HookWaitContent row={row} />;
    case 'approval':
      return <ApprovalContent row={row} />;
    case 'retry':
      return <RetryContent row={row} />;
    case 'crash':
      return <CrashContent row={row} />;
    case 'notice':
      return <NoticeContent row={row} />;
    case 'divider':
      return <DividerContent row={row} />;
    case 'todos':
      return <TodosContent row={row} />;
    case 'turn-end':
      return <TurnEndContent row={row} />;
    default:
      row satisfies never;
      return null;
  }
}
