/** What survives a reload of the frame: which session, the unsent text, where one was reading. */

/** The row at the top of the view and how far above it the view begins, in CSS pixels. */
export interface ScrollPlace {
  readonly key: string;
  readonly offset: number;
}

export interface SavedState {
  readonly sessionId: string | undefined;
  readonly draft: string;
  /** Undefined at the end, where new rows are followed. */
  readonly scroll: ScrollPlace | undefined;
}

/** Reads what an earlier version may have written; what does not fit is left out. */
export function readSavedState(value: unknown): SavedState {
  const { sessionId, draft, scroll } = isRecord(value) ? value : {};
  return {
    sessionId: typeof sessionId === 'string' && sessionId !== '' ? sessionId : undefined,
    draft: typeof draft === 'string' ? draft : '',
    scroll: isScrollPlace(scroll) ? scroll : undefined,
  };
}

function isScrollPlace(value: unknown): value is ScrollPlace {
  return isRecord(value) && typeof value.key === 'string' && typeof value.offset === 'number';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
