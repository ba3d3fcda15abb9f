/** The two longer answers: an edited input, and a no with its reason. */
import { useState } from 'preact/hooks';
import { Button, TextArea } from '../controls.tsx';
import { strings } from '../strings.ts';
import { draftOf, editedInput } from './input-draft.ts';

interface EditFormProps {
  readonly toolName: string | undefined;
  readonly input: Readonly<Record<string, unknown>>;
  readonly onBack: () => void;
  readonly onSubmit: (edited: Record<string, unknown>) => void;
}

export function EditForm({ toolName, input, onBack, onSubmit }: EditFormProps) {
  const [draft, setDraft] = useState(() => draftOf(toolName, input));
  const edited = editedInput(input, draft);
  const submit = () => {
    if (edited.type === 'input') onSubmit(edited.input);
  };
  const { field } = draft;
  return (
    <AnswerForm onSubmit={submit}>
      <TextArea
        label={field === undefined ? strings.approval.inputLabel : strings.approval.editLabel(field)}
        value={draft.text}
        isCode
        takesFocus
        onInput={(text) => setDraft({ ...draft, text })}
      />
      {edited.type === 'invalid' && (
        <p class="card-problem" role="alert">
          {edited.message}
        </p>
      )}
      <div class="card-buttons">
        <Button appearance="primary" isDisabled={edited.type === 'invalid'} onClick={submit}>
          {strings.approval.allowEdited}
        </Button>
        <Button onClick={onBack}>{strings.approval.cancel}</Button>
      </div>
    </AnswerForm>
  );
}

interface DenyFormProps {
  readonly onBack: () => void;
  /** With the reason, empty for none. */
  readonly onSubmit: (reason: string) => void;
}

export function DenyForm({ onBack, onSubmit }: DenyFormProps) {
  const [reason, setReason] = useState('');
  const submit = () => onSubmit(reason.trim());
  return (
    <AnswerForm onSubmit={submit} sendsOnEnter>
      <TextArea
        label={strings.approval.reason}
        placeholder={strings.approval.reason}
        value={reason}
        takesFocus
        onInput={setReason}
      />
      <div class="card-buttons">
        <Button appearance="primary" onClick={submit}>
          {strings.approval.denyNow}
        </Button>
        <Button onClick={onBack}>{strings.approval.cancel}</Button>
      </div>
    </AnswerForm>
  );
}

interface AnswerFormProps {
  readonly onSubmit: () => void;
  /** Else only Ctrl+Enter and Cmd+Enter do: Enter is a new line. */
  readonly sendsOnEnter?: boolean;
  readonly children: preact.ComponentChildren;
}

function AnswerForm({ onSubmit, sendsOnEnter, children }: AnswerFormProps) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys typed in the field inside
    <div
      class="card-form"
      onKeyDown={(event) => {
        const isField = (event.target as Element).localName === 'vscode-text-area';
        if (event.key !== 'Enter' || event.isComposing || !isField) return;
        if (!event.ctrlKey && !event.metaKey && (!sendsOnEnter || event.shiftKey)) return;
        event.preventDefault();
        onSubmit();
      }}
    >
      {children}
    </div>
  );
}
