/** A command and what it printed, as in a terminal; while it runs, what it has printed so far. */
import { strings } from '../strings.ts';
import type { ToolRow } from '../timeline/rows.ts';
import { member, textOf } from '../values.ts';
import { TextBlock } from './large-value.tsx';
import './terminal-block.css';
import { terminalText } from './terminal-text.ts';
import { exitCode, outputParts } from './tool-output.ts';

export function TerminalBlock({ row }: { readonly row: ToolRow }) {
  const command = member(row.input, 'command') ?? textOf(row.input);
  const code = exitCode(row.output);
  return (
    <div class="terminal">
      <div class="terminal-command">
        <span class="terminal-prompt" aria-hidden="true">
          $
        </span>
        <TextBlock label={strings.tool.input} value={command} />
      </div>
      <Printed row={row} />
      {code !== undefined && code !== 0 && <div class="terminal-exit">{strings.tool.exit(code)}</div>}
    </div>
  );
}

function Printed({ row }: { readonly row: ToolRow }) {
  if (row.status === 'running') {
    const { text, received } = row.progress ?? { text: '', received: 0 };
    if (text === '') return <p class="dim">{strings.tool.noOutputYet}</p>;
    return (
      <>
        {received > text.length && <p class="dim">{strings.tool.progressCut}</p>}
        <TextBlock label={strings.tool.output} value={text} shown={terminalText} />
      </>
    );
  }
  const parts = outputParts(row.output);
  if (parts.length === 0) {
    return row.durationMs === undefined || row.error ? null : <p class="dim">{strings.tool.noOutput}</p>;
  }
  return parts.map(({ label, value }) => (
    <TextBlock key={label ?? ''} label={label ?? strings.tool.output} value={value} shown={terminalText} />
  ));
}
