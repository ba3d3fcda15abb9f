/** A text of any size: what is in the log at once, what is kept beside it when asked for. */
import type { Referenced } from '../../src/protocol/events.ts';
import { Scrollable } from '../scrollable.tsx';
import { useChat } from '../session/chat-context.ts';
import { strings } from '../strings.ts';
import { isReferenced } from '../values.ts';
import './large-value.css';

interface TextBlockProps {
  readonly label: string;
  readonly value: string | Referenced;
  /** How the text is changed before it is shown. */
  readonly shown?: (text: string) => string;
}

export function TextBlock({ label, value, shown = asItIs }: TextBlockProps) {
  if (isReferenced(value)) return <LargeText label={label} reference={value} shown={shown} />;
  return <Preformatted label={label} text={shown(value)} />;
}

function LargeText({
  label,
  reference,
  shown,
}: {
  readonly label: string;
  readonly reference: Referenced;
  readonly shown: (text: string) => string;
}) {
  const { blobs } = useChat();
  const blob = blobs.get(reference.$ref).value;
  if (blob.state === 'read') return <Preformatted label={label} text={shown(blob.text)} />;
  return (
    <div>
      <Preformatted label={label} text={`${shown(reference.preview)}\n⋯`} />
      {blob.state === 'reading' ? (
        <p class="large-note dim">{strings.large.loading}</p>
      ) : (
        <button type="button" class="text-button large-note" onClick={() => blobs.read(reference.$ref)}>
          {strings.large.showAll(reference.bytes)}
        </button>
      )}
      {blob.state === 'failed' && <p class="large-note">{strings.large.failed(blob.message)}</p>}
    </div>
  );
}

function Preformatted({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <Scrollable class="text-block" label={label}>
      <pre>{text}</pre>
    </Scrollable>
  );
}

function asItIs(text: string): string {
  return text;
}
