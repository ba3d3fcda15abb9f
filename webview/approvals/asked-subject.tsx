/** What a question is about, in full: the command, the change of a file, or the input of any other tool. */
import { useEffect } from 'preact/hooks';
import { Diff } from '../diff/diff-view.tsx';
import { Scrollable } from '../scrollable.tsx';
import { useChat } from '../session/chat-context.ts';
import { strings } from '../strings.ts';
import { ChangedValue } from '../timeline/rows/decision-row.tsx';
import type { ApprovalRow } from '../timeline/rows.ts';
import { toolChange } from '../tools/tool-change.ts';
import { toolPath } from '../tools/tool-line.ts';
import { isRecord, textOf } from '../values.ts';
import { isChange } from './approval-choices.ts';
import { wholeValue } from './whole-value.ts';

export function AskedSubject({ row }: { readonly row: ApprovalRow }) {
  const { subject } = row;
  if (isChange(subject)) return <AskedChange row={row} />;
  if (subject.details) return <Details lines={subject.details} />;
  return <AskedInput name={subject.tool_name ?? ''} input={subject.tool_input} />;
}

function Details({ lines }: { readonly lines: NonNullable<ApprovalRow['subject']['details']> }) {
  return (
    <Scrollable class="asked-details" label={strings.approval.details}>
      <dl>
        {lines.map(({ name, text }) => (
          <div key={name}>
            <dt class="dim">{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </Scrollable>
  );
}

function AskedChange({ row }: { readonly row: ApprovalRow }) {
  const { subject } = row;
  const [before, after] = [useWhole(subject.before), useWhole(subject.after)];
  if (before.state !== 'whole' || after.state !== 'whole') return <Pending whole={before} other={after} />;
  const path = toolPath(subject.tool_name ?? '', after.value) ?? subject.tool_name ?? '';
  return (
    <>
      <FileName path={path} />
      <ChangedValue before={before.value} after={after.value} name={path} isWhole />
    </>
  );
}

function AskedInput({ name, input }: { readonly name: string; readonly input: unknown }) {
  const whole = useWhole(input);
  if (whole.state !== 'whole') return <Pending whole={whole} />;
  const { value } = whole;
  if (value === undefined) return null;
  const path = toolPath(name, value);
  const change = toolChange(name, value);
  if (path !== undefined && change) {
    return (
      <>
        <FileName path={path} />
        <Diff path={path} lines={change} isWhole />
      </>
    );
  }
  const command = isRecord(value) && typeof value.command === 'string' ? value.command : undefined;
  const rest = command !== undefined && isRecord(value) ? withoutCommand(value) : value;
  return (
    <>
      {command !== undefined && <Asked text={command} />}
      {rest !== undefined && <Asked text={textOf(rest)} />}
    </>
  );
}

function Asked({ text }: { readonly text: string }) {
  return (
    <Scrollable class="asked-text" label={strings.tool.input}>
      <pre>{text}</pre>
    </Scrollable>
  );
}

function FileName({ path }: { readonly path: string }) {
  const { post } = useChat();
  return (
    <button type="button" class="text-button asked-file" onClick={() => post({ type: 'openFile', path })}>
      <code class="plain-code">{path}</code>
    </button>
  );
}

type Whole = ReturnType<typeof wholeValue>;

function Pending({ whole, other }: { readonly whole: Whole; readonly other?: Whole }) {
  const failed = [whole, other].find((each) => each?.state === 'failed');
  return (
    <p class="dim">
      {failed?.state === 'failed' ? strings.large.failed(failed.message) : strings.approval.loadingInput}
    </p>
  );
}

/** The value with what is kept elsewhere, which is asked for at once. */
export function useWhole(value: unknown): Whole {
  const { blobs } = useChat();
  const whole = wholeValue(value, blobs);
  useEffect(() => {
    if (whole.state === 'reading') for (const ref of whole.refs) blobs.read(ref);
  }, [whole.state]);
  return whole;
}

/** Other settings of a command, such as its time limit; undefined when there are none. */
function withoutCommand({ command: _shown, ...rest }: Record<string, unknown>): unknown {
  return Object.keys(rest).length > 0 ? rest : undefined;
}
