/** The faults of RT-30: what each is, where it can happen, and what the caller is told. */
import type { Isolation } from '../../builders/links.ts';

export interface Fault {
  /** As `test/fixtures/services/faults.ts` knows it. */
  readonly name: string;
  /** The kind of error; undefined where the call succeeds in spite of it. */
  readonly kind: 'tool' | 'crashed' | 'protocol' | 'timeout' | undefined;
  /** Everywhere when left out. */
  readonly on?: readonly Isolation[];
  /** Cannot happen in a context manager, which gets no context. */
  readonly needsContext?: boolean;
}

const apart: readonly Isolation[] = ['process', 'http'];

/** Told at once. */
export const FAULTS: readonly Fault[] = [
  { name: 'throws', kind: 'tool' },
  { name: 'rejects', kind: 'tool' },
  { name: 'throws_later', kind: 'crashed' },
  { name: 'exits_0', kind: 'crashed' },
  { name: 'exits_1', kind: 'crashed' },
  // In a thread the signal would be the host's own; a server that is killed is in http-link.test.ts.
  { name: 'is_killed', kind: 'crashed', on: ['process'] },
  { name: 'runs_out_of_memory', kind: 'crashed' },
  { name: 'answers_garbage', kind: 'protocol' },
  // What a thread prints is its log.
  { name: 'prints_garbage', kind: 'crashed', on: apart },
  { name: 'answers_too_much', kind: 'protocol' },
  { name: 'answers_twice', kind: undefined },
  { name: 'floods_stderr', kind: undefined },
  { name: 'floods_notifications', kind: undefined, needsContext: true },
  { name: 'writes_half_a_line_and_dies', kind: 'crashed' },
  // What a thread starts is the host's child; what starts programs is a process.
  { name: 'forks_children', kind: undefined, on: ['process'], needsContext: true },
];

/** Told when the time is over. */
export const LINGERING: readonly Fault[] = [
  { name: 'answers_after_cancel', kind: 'timeout' },
  { name: 'never_answers', kind: 'timeout' },
  { name: 'loops_for_ever', kind: 'timeout' },
  { name: 'closes_stdin', kind: 'timeout', on: apart },
];

export function faultsOn(isolation: Isolation, faults: readonly Fault[]): Fault[] {
  return faults.filter(({ on }) => on?.includes(isolation) ?? true);
}
