/** What a hook decided: denied, changed or added something. */
import { diffValues } from '../../diff/diff-lines.ts';
import { Diff } from '../../diff/diff-view.tsx';
import { strings } from '../../strings.ts';
import { TextBlock } from '../../tools/large-value.tsx';
import { toolSubject } from '../../tools/tool-line.ts';
import { hasReferences, isReferenced, textOf } from '../../values.ts';
import { Disclosure } from '../disclosure.tsx';
import type { DecisionRow } from '../rows.ts';
import { Fault } from './fault.tsx';

export function DecisionContent({ row }: { readonly row: DecisionRow }) {
  const { decision } = row;
  const subject = toolSubject(decision.tool_name ?? '', row.input);
  if (decision.action === 'DENY') {
    return (
      <Fault level="error">
        {strings.decision.denied} {subject ? <code>{subject}</code> : decision.tool_name}{' '}
        {strings.decision.byHook} <b>{decision.hook}</b>
        {decision.reason ? `: ${decision.reason}` : ''}
      </Fault>
    );
  }
  const isChange = decision.action === 'MODIFY';
  return (
    <Disclosure
      id={row.key}
      line={
        <span class="ellipsis">
          {isChange ? strings.decision.changed : strings.decision.added} {isChange && decision.tool_name}{' '}
          {strings.decision.byHook} {decision.hook}
          {decision.reason ? `: ${decision.reason}` : ''}
        </span>
      }
    >
      {() => (isChange ? <Change row={row} /> : <Added row={row} />)}
    </Disclosure>
  );
}

function Change({ row }: { readonly row: DecisionRow }) {
  const { before, after } = row.decision;
  return <ChangedValue before={inner(before)} after={inner(after)} name={row.decision.tool_name ?? ''} />;
}

function Added({ row }: { readonly row: DecisionRow }) {
  const { text, after } = row.decision;
  return <TextBlock label={strings.decision.added} value={text ?? textOf(after)} />;
}

/** A value before and after. What is kept elsewhere is shown as the two texts. */
export function ChangedValue({
  before,
  after,
  name,
  isWhole,
}: {
  readonly before: unknown;
  readonly after: unknown;
  readonly name: string;
  readonly isWhole?: boolean;
}) {
  if (hasReferences(before) || hasReferences(after)) {
    return (
      <>
        <p class="dim">{strings.decision.before}</p>
        <TextBlock label={strings.decision.before} value={isReferenced(before) ? before : textOf(before)} />
        <p class="dim">{strings.decision.after}</p>
        <TextBlock label={strings.decision.after} value={isReferenced(after) ? after : textOf(after)} />
      </>
    );
  }
  const { lines, field } = diffValues(before, after);
  return <Diff path={field ?? name} lines={lines} isWhole={isWhole === true} />;
}

/** The hook's data of a tool event holds the tool's input; that is what changed. */
function inner(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const names = Object.keys(value);
  return names.length === 1 && 'tool_input' in value ? value.tool_input : value;
}
