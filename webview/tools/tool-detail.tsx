/** A tool call, opened: what went in, what streams, what came out, and what went wrong. */
import { Diff } from '../diff/diff-view.tsx';
import { useChat } from '../session/chat-context.ts';
import { ShowLog } from '../show-log.tsx';
import { strings } from '../strings.ts';
import type { ToolRow } from '../timeline/rows.ts';
import { isRecord, isReferenced, textOf } from '../values.ts';
import { TextBlock } from './large-value.tsx';
import { TerminalBlock } from './terminal-block.tsx';
import { toolChange } from './tool-change.ts';
import './tool-detail.css';
import { toolPath } from './tool-line.ts';
import { exitCode, outputParts } from './tool-output.ts';

export function ToolDetail({ row }: { readonly row: ToolRow }) {
  const change = toolChange(row.name, row.input, row.output);
  const path = toolPath(row.name, row.input);
  return (
    <div class="tool-detail">
      {change && path !== undefined ? (
        <Diff path={path} lines={change} />
      ) : row.name === 'bash' ? (
        <TerminalBlock row={row} />
      ) : (
        <>
          {path === undefined && <Input input={row.input} />}
          <Output row={row} />
        </>
      )}
      {path !== undefined && <FileActions row={row} path={path} hasDiff={row.name !== 'read_file'} />}
      {row.error && !isSaidAlready(row) && <ToolError row={row} />}
    </div>
  );
}

/** By a decision's own row, or by the exit code below what was printed. */
function isSaidAlready({ status, error, output }: ToolRow): boolean {
  if (status === 'denied') return true;
  const isExit = (exitCode(output) ?? 0) !== 0 && isRecord(output) && output.timed_out !== true;
  return error?.kind === 'tool' && isExit;
}

function Input({ input }: { readonly input: unknown }) {
  if (isReferenced(input)) return <TextBlock label={strings.tool.input} value={input} />;
  const entries = isRecord(input) ? Object.entries(input) : [];
  if (entries.length === 0) return <p class="dim">{strings.tool.noInput}</p>;
  return (
    <dl class="tool-input">
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {isReferenced(value) ? (
              <TextBlock label={name} value={value} />
            ) : (
              <code class="plain-code">{textOf(value)}</code>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Output({ row }: { readonly row: ToolRow }) {
  if (row.progress?.text) return <TextBlock label={strings.tool.output} value={row.progress.text} />;
  if (row.durationMs === undefined) return null;
  const parts = outputParts(row.output);
  if (parts.length === 0 && !row.error) return <p class="dim">{strings.tool.noOutput}</p>;
  return parts.map(({ label, value }) => (
    <TextBlock key={label ?? ''} label={label ?? strings.tool.output} value={value} />
  ));
}

function FileActions({
  row,
  path,
  hasDiff,
}: {
  readonly row: ToolRow;
  readonly path: string;
  readonly hasDiff: boolean;
}) {
  const { post } = useChat();
  return (
    <p class="tool-actions">
      {hasDiff && (
        <button
          type="button"
          class="text-button"
          onClick={() => post({ type: 'openDiff', callId: row.callId })}
        >
          {strings.tool.openDiff}
        </button>
      )}
      <button type="button" class="text-button" onClick={() => post({ type: 'openFile', path })}>
        {strings.tool.openFile}
      </button>
    </p>
  );
}

function ToolError({ row }: { readonly row: ToolRow }) {
  const { error } = row;
  if (!error) return null;
  const service = error.service ?? row.service;
  return (
    <div class="tool-error">
      <pre>{error.message}</pre>
      {error.remedy && <p>{error.remedy}</p>}
      {service && error.kind !== 'tool' && <ShowLog service={service} />}
    </div>
  );
}
