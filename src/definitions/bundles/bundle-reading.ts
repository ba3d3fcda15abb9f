/** What the parts of one bundle's file are read with, whichever way it is written. */
import type { Origin } from './bundle.ts';
import type { Checker } from './check-keys.ts';

export interface BundleReading {
  readonly file: string;
  readonly content: Readonly<Record<string, unknown>>;
  readonly check: Checker;
  /** The place of a value. */
  origin(path: readonly PropertyKey[]): Origin;
  readonly isRemote: boolean;
  readonly instruction: string;
}
