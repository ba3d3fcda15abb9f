/** A tool call: one dim line that opens to what went in and what came out. */

import { countChanges } from '../../diff/diff-lines.ts';
import { ChangeCount } from '../../diff/diff-view.tsx';
import { Elapsed } from '../../elapsed.tsx';
import { formatDuration } from '../../format.ts';
import { Icon } from '../../icon.tsx';
import { useChat } from '../../session/chat-context.ts';
import { strings } from '../../strings.ts';
import { toolChange } from '../../tools/tool-change.ts';
import { ToolDetail } from '../../tools/tool-detail.tsx';
import { toolSubject } from '../../tools/tool-line.ts';
import { exitCode } from '../../tools/tool-output.ts';
import { Disclosure } from '../disclosure.tsx';
import type { ToolRow } from '../rows.ts';
import { DelegationContent } from './delegation-content.tsx';
import './tool-row.css';

const SMALL_CHANGE_LINES = 14;

export function ToolContent({ row }: { readonly row: ToolRow }) {
  if (row.delegation) return <DelegationContent row={row} delegation={row.delegation} />;
  return (
    <Disclosure
      id={row.key}
      class={`tool ${row.status}`}
      isOpenAtFirst={isWorthSeeing(row)}
      line={
        <>
          <span class="tool-name">{row.name}</span>
          <code class="plain-code tool-subject ellipsis">{toolSubject(row.name, row.input)}</code>
          <span class="tool-state numbers">
            <ToolState row={row} />
          </span>
        </>
      }
    >
      {() => <ToolDetail row={row} />}
    </Disclosure>
  );
}

function ToolState({ row }: { readonly row: ToolRow }) {
  const { followed } = useChat();
  // Its end is not in the log yet; it is put there by whoever goes on with the session.
  const isLeft = row.status === 'running' && followed.value?.isOwned === false;
  const status = isLeft ? 'interrupted' : row.status;
  switch (status) {
    case 'requested':
      return <span>{strings.tool.requested}</span>;
    case 'running':
      return (
        <>
          <span class="visually-hidden">{strings.tool.running}</span>
          {row.progress?.percent !== undefined && <span>{Math.round(row.progress.percent)} % </span>}
          <Elapsed since={row.startedAt ?? row.at} />
          <Icon name="loading" class="spin tool-icon" />
        </>
      );
    case 'succeeded':
      return (
        <>
          <span class="visually-hidden">{strings.tool.succeeded}</span>
          <Changes row={row} />
          <span>{formatDuration(row.durationMs ?? 0)}</span>
          <Icon name="check" class="tool-icon" />
        </>
      );
    case 'failed':
      return <Ended icon="error" text={failureText(row)} />;
    case 'denied':
      return <Ended icon="circle-slash" text={strings.tool.denied} />;
    case 'interrupted':
      return <Ended icon="debug-pause" text={strings.tool.interrupted} />;
    case 'not-run':
      return <Ended icon="dash" text={strings.tool.notRun} />;
    default:
      status satisfies never;
      return null;
  }
}

function Ended({ icon, text }: { readonly icon: string; readonly text: string }) {
  return (
    <>
      <span>{text}</span>
      <Icon name={icon} class="tool-icon" />
    </>
  );
}

function Changes({ row }: { readonly row: ToolRow }) {
  const change = toolChange(row.name, row.input, row.output);
  return change ? <ChangeCount {...countChanges(change)} /> : null;
}

function failureText(row: ToolRow): string {
  const code = exitCode(row.output);
  return code === undefined || code === 0 ? strings.tool.failed : strings.tool.exit(code);
}

/** A small edit, and a fault that a person can do something about; the model reads of all others. */
function isWorthSeeing(row: ToolRow): boolean {
  if (row.status === 'failed') return row.error?.remedy !== undefined;
  if (row.name !== 'edit_file' || row.status !== 'succeeded') return false;
  const change = toolChange(row.name, row.input, row.output);
  return change !== undefined && change.length <= SMALL_CHANGE_LINES;
}
