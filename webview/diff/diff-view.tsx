/** Changed lines, red and green as in the editor's own diff. */
import { useState } from 'preact/hooks';
import { Scrollable } from '../scrollable.tsx';
import { strings } from '../strings.ts';
import type { DiffLine } from './diff-lines.ts';
import './diff-view.css';

const SIGNS = { added: '+', removed: '−', same: ' ', gap: ' ' } as const;
const SHOWN_AT_FIRST = 200;

interface DiffProps {
  readonly path: string;
  readonly lines: readonly DiffLine[];
  /** Shows everything at once: what somebody is asked to allow. */
  readonly isWhole?: boolean;
}

export function Diff({ path, lines, isWhole }: DiffProps) {
  const [showsAll, setShowsAll] = useState(isWhole === true);
  const shown = showsAll ? lines : lines.slice(0, SHOWN_AT_FIRST);
  const hasNumbers = lines.some((line) => line.number !== undefined);
  return (
    <div class="diff-frame">
      <Scrollable class="diff" label={strings.diff.label(path)}>
        <div class="diff-lines">
          {shown.map((line, index) => (
            <div key={index} class={`diff-line ${line.type}`}>
              {hasNumbers && <span class="diff-number">{line.number ?? ''}</span>}
              <span class="diff-sign">{SIGNS[line.type]}</span>
              <span class="diff-text">{line.text}</span>
            </div>
          ))}
        </div>
      </Scrollable>
      {shown.length < lines.length && (
        <button type="button" class="text-button diff-more" onClick={() => setShowsAll(true)}>
          {strings.diff.more(lines.length)}
        </button>
      )}
    </div>
  );
}

/** `+2 −1`. */
export function ChangeCount({ added, removed }: { readonly added: number; readonly removed: number }) {
  return (
    <span class="numbers">
      <span class="visually-hidden">{strings.diff.changes(added, removed)}</span>
      <span aria-hidden="true">
        {added > 0 && <span class="count-added">+{added}</span>}{' '}
        {removed > 0 && <span class="count-removed">−{removed}</span>}
      </span>
    </span>
  );
}
