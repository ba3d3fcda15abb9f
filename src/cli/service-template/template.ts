/** What a new service may be, and the files it then consists of. */
export const KINDS = ['thread', 'process', 'python'] as const;
export type Kind = (typeof KINDS)[number];
export const COMPONENTS = ['tool', 'hook', 'provider'] as const;
export type Component = (typeof COMPONENTS)[number];

export interface Template {
  /** Texts by file name. */
  readonly files: Readonly<Record<string, string>>;
  /** Which of the product's files are copied beside them: file name → path below the product's folder. */
  readonly copies: Readonly<Record<string, string>>;
  /** The file that is started. */
  readonly entry: string;
  /** Runs the service's own test, in its folder. */
  readonly testCommand: string;
}

/** `word-count` → `word_count`: what tools and hooks are called by. */
export function componentName(service: string): string {
  return service.replaceAll('-', '_');
}
