/** What a check of a service found out, as data: shown as a table, as lines of JSON or in an editor. */
import { PatchbayError } from '../../protocol/errors.ts';
import type { Stand } from './stand.ts';

export interface Finding {
  /** What was checked; the same words in every run, so that a script can look for them. */
  readonly check: string;
  readonly outcome: 'ok' | 'failed' | 'skipped';
  /** What was seen, or why it was not looked at. */
  readonly remark?: string;
  /** What the author can do, as a sentence; there when it failed. */
  readonly remedy?: string;
}

export type Verdict = Pick<Finding, 'remark'> & { readonly outcome: 'ok' | 'skipped' };

/** One thing to find out. */
export interface Check {
  readonly name: string;
  /** @throws PatchbayError when the service does not do what the contract says; its remedy is for the author. */
  run(stand: Stand): Promise<Verdict>;
}

export function ok(remark?: string): Verdict {
  return { outcome: 'ok', ...(remark !== undefined && { remark }) };
}

export function skipped(remark: string): Verdict {
  return { outcome: 'skipped', remark };
}

/** To be thrown by a check: the service answered, and not as agreed. */
export function fault(message: string, remedy: string): PatchbayError {
  return new PatchbayError('protocol', message, { remedy });
}

/** Any value in a remark, short enough for a line. */
export function brief(value: unknown): string {
  const text = (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing')).replace(
    /\s+/g,
    ' ',
  );
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

const LONGEST = 120;
