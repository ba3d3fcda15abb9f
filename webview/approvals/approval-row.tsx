/** A question to the person: a card while it waits, one line when it is answered. */
import { Icon } from '../icon.tsx';
import { strings } from '../strings.ts';
import { Disclosure } from '../timeline/disclosure.tsx';
import type { ApprovalRow } from '../timeline/rows.ts';
import { toolSubject } from '../tools/tool-line.ts';
import { ApprovalCard } from './approval-card.tsx';
import { keepsOriginal } from './approval-choices.ts';
import { AskedSubject } from './asked-subject.tsx';

export function ApprovalContent({ row }: { readonly row: ApprovalRow }) {
  return row.answer ? <Answered row={row} /> : <ApprovalCard row={row} />;
}

function Answered({ row }: { readonly row: ApprovalRow }) {
  const { answer, subject } = row;
  if (!answer) return null;
  const isOriginal = keepsOriginal(answer.choice);
  return (
    <Disclosure
      id={row.key}
      class={`answered ${answer.granted ? 'granted' : 'refused'}`}
      line={
        <>
          <Icon name={answer.granted ? 'check' : 'circle-slash'} class="answered-icon" />
          <span class="answered-text">{answerText(row, isOriginal)}</span>
          <code class="plain-code ellipsis">
            {subject.details ? subject.service : toolSubject(subject.tool_name ?? '', subject.tool_input)}
          </code>
        </>
      }
    >
      {() => (
        <div class="asked">
          <AskedSubject row={row} />
        </div>
      )}
    </Disclosure>
  );
}

function answerText({ answer }: ApprovalRow, isOriginal: boolean): string {
  if (!answer) return '';
  const { answered } = strings.approval;
  const what = isOriginal ? answered.original : answer.granted ? answered.allowed : answered.denied;
  const how = answer.edited ? `, ${answered.edited}` : '';
  const why = answer.reason ? `: ${answer.reason}` : '';
  return `${what} ${answered.by[answer.by]}${how} ${strings.approval.answered.after(answer.waited_ms)}${why}`;
}
