/** What is wrong with a definition or settings file: where, what, and what would be right. */
export interface Diagnostic {
  readonly file: string;
  /** From 1; absent when the whole file is meant. */
  readonly line?: number;
  readonly column?: number;
  /** Absent: an error, what it is about is not used. A warning or information: it is used all the same. */
  readonly severity?: 'error' | 'warning' | 'information';
  readonly message: string;
  readonly remedy: string;
}

export function isError({ severity = 'error' }: Diagnostic): boolean {
  return severity === 'error';
}

/** `file:line:column: message remedy`, as compilers write it. */
export function diagnosticText({ file, line, column, message, remedy }: Diagnostic): string {
  const place = [file, line, line === undefined ? undefined : column]
    .filter((part) => part !== undefined)
    .join(':');
  return `${place}: ${message} ${remedy}`;
}
