/**
 * The card of a question that waits: exactly what will be done, who asks and why, and the answers. It takes the
 * focus only when the person is not writing, and never keeps it.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import { formatCountdown } from '../format.ts';
import { useChat } from '../session/chat-context.ts';
import { strings } from '../strings.ts';
import type { ApprovalRow } from '../timeline/rows.ts';
import './approval-card.css';
import { isRecord } from '../values.ts';
import { DenyForm, EditForm } from './answer-forms.tsx';
import { type Choice, choicesOf, editedPart } from './approval-choices.ts';
import { AskedSubject, useWhole } from './asked-subject.tsx';
import { ChoiceButtons } from './choice-buttons.tsx';
import { useCardFocus } from './use-card-focus.ts';

/** How long an answer may take to come back before the buttons are offered again. */
const ANSWER_LIMIT_MS = 5_000;

type Form = { readonly type: 'edit' | 'deny'; readonly option: string };

export function ApprovalCard({ row }: { readonly row: ApprovalRow }) {
  const chat = useChat();
  const card = useRef<HTMLDivElement>(null);
  const [form, setForm] = useState<Form | undefined>(undefined);
  const [isSent, send] = useSent();
  const input = useWhole(editedPart(row.subject));
  const choices = choicesOf(row);
  const { followed } = chat;
  const who = row.path.join(' › ') || row.agent;
  const { isReady } = useCardFocus(card, row);

  const answer = (choice: string, more: { edited?: Record<string, unknown>; reason?: string } = {}) => {
    chat.post({ type: 'answer', approvalId: row.approvalId, choice, ...more });
    send();
    chat.focus.value = { target: 'composer' };
  };
  const choose = (choice: Choice) => {
    if (choice.type === 'edit' || choice.type === 'deny')
      setForm({ type: choice.type, option: choice.option });
    else answer(choice.option);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      if (!form) chat.focus.value = { target: 'composer' };
      else {
        setForm(undefined);
        card.current?.focus();
      }
      return;
    }
    if (form || event.altKey || event.ctrlKey || event.metaKey) return;
    const isOnCard = event.target === card.current;
    const choice =
      isReady() && !isSent && !followed.peek() ? chosenBy(event.key, isOnCard, choices) : undefined;
    if (choice) {
      event.preventDefault();
      choose(choice);
    } else if (isOnCard && event.key.length === 1) {
      // Somebody begins to write: the letter goes where it was meant to.
      chat.focus.value = { target: 'composer' };
    }
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms; this is a group that takes the focus
    <div
      ref={card}
      class={followed.value ? 'card elsewhere' : 'card'}
      role="group"
      aria-label={strings.approval.group(who, row.prompt)}
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      <div class="card-head">
        <b>{row.prompt}</b>
        {followed.value?.isOwned !== false && <Countdown row={row} />}
      </div>
      <AskedSubject row={row} />
      <Why row={row} who={who} />
      {!followed.value && form?.type === 'edit' && input.state === 'whole' && isRecord(input.value) && (
        <EditForm
          toolName={row.subject.tool_name}
          input={input.value}
          onBack={() => setForm(undefined)}
          onSubmit={(edited) => answer(form.option, { edited })}
        />
      )}
      {!followed.value && form?.type === 'deny' && (
        <DenyForm
          onBack={() => setForm(undefined)}
          onSubmit={(reason) => answer(form.option, reason === '' ? {} : { reason })}
        />
      )}
      {followed.value && <p class="dim">{strings.followed.question(followed.value)}</p>}
      {!form && !followed.value && <ChoiceButtons choices={choices} isDisabled={isSent} onChoose={choose} />}
    </div>
  );
}

/** Number keys choose wherever the focus is on the card; Enter takes the main answer only from the card itself. */
function chosenBy(key: string, isOnCard: boolean, choices: readonly Choice[]): Choice | undefined {
  if (key !== 'Enter') return choices[Number(key) - 1];
  return isOnCard ? choices.find((choice) => choice.type === 'grant' && choice.isPrimary) : undefined;
}

function Why({ row, who }: { readonly row: ApprovalRow; readonly who: string }) {
  const { head } = useChat();
  const { hook, reason, tool_input: input, details } = row.subject;
  return (
    <p class="card-why dim">
      {isRecord(input) && typeof input.command === 'string' && (
        <>
          {strings.approval.in} <code title={head.value?.cwd}>./</code> ·{' '}
        </>
      )}
      {hook !== undefined && (
        <>
          {strings.approval.hook} <b>{hook}</b>
          {reason ? `: ${reason}` : ''} ·{' '}
        </>
      )}
      {hook === undefined && details && reason ? `${reason} · ` : ''}
      {strings.approval.askedBy(who)}
    </p>
  );
}

function Countdown({ row }: { readonly row: ApprovalRow }) {
  const { clock } = useChat();
  const left = row.deadlineAt - clock.ticking.value;
  return (
    <span class="card-left numbers dim" role="timer">
      {left > 0
        ? strings.approval.defaultIn(row.default, formatCountdown(left))
        : strings.approval.defaultNow(row.default)}
    </span>
  );
}

/** Whether the answer is on its way: one answer is enough, but a lost one can be given again. */
function useSent(): [boolean, () => void] {
  const [sentAt, setSentAt] = useState(0);
  useEffect(() => {
    if (sentAt === 0) return;
    const timer = setTimeout(() => setSentAt(0), ANSWER_LIMIT_MS);
    return () => clearTimeout(timer);
  }, [sentAt]);
  return [sentAt !== 0, () => setSentAt(Date.now())];
}
