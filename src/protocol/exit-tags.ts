/** Why a turn ended, as one tag that logs can be searched for (AT-75). */
import * as z from 'zod/mini';
import type { ErrorKind } from './errors.ts';

export const ExitTag = z.enum([
  'EXIT-FINAL-ANSWER',
  'EXIT-MAX-TURNS-WITH-RESPONSE',
  'EXIT-TOKEN-LIMIT',
  'EXIT-TIME-LIMIT',
  'EXIT-BUDGET-EXCEEDED',
  'EXIT-CHILD-LIMIT',
  'EXIT-LIMIT',
  'EXIT-USER-STOP',
  'EXIT-SHUTDOWN',
  'EXIT-PROCESS-LOST',
  'EXIT-DENIED',
  'EXIT-CONFIG-FAILURE',
  'EXIT-AUTH-FAILURE',
  'EXIT-QUOTA-EXCEEDED',
  'EXIT-NETWORK-FAILURE',
  'EXIT-MODEL-FAILURE',
  'EXIT-TIMEOUT',
  'EXIT-SERVICE-CRASH',
  'EXIT-PROTOCOL-FAILURE',
  'EXIT-UNCAUGHT-EXCEPTION',
]);
export type ExitTag = z.infer<typeof ExitTag>;

/** Which limit a turn met; `other` for a loop that does not say. */
export const LimitKind = z.enum(['turns', 'tokens', 'time', 'budget', 'child', 'other']);
export type LimitKind = z.infer<typeof LimitKind>;

export type TurnEnding =
  | { readonly status: 'completed' | 'cancelled' | 'interrupted' | 'denied' }
  | { readonly status: 'limit'; readonly limit: LimitKind }
  | { readonly status: 'failed'; readonly kind: ErrorKind };

export function exitTag(ending: TurnEnding): ExitTag {
  switch (ending.status) {
    case 'completed':
      return 'EXIT-FINAL-ANSWER';
    case 'cancelled':
      return 'EXIT-USER-STOP';
    case 'interrupted':
      return 'EXIT-SHUTDOWN';
    case 'denied':
      return 'EXIT-DENIED';
    case 'limit':
      return OF_LIMIT[ending.limit];
    case 'failed':
      return OF_FAILURE[ending.kind];
    default:
      return ending satisfies never;
  }
}

const OF_LIMIT: Readonly<Record<LimitKind, ExitTag>> = {
  turns: 'EXIT-MAX-TURNS-WITH-RESPONSE',
  tokens: 'EXIT-TOKEN-LIMIT',
  time: 'EXIT-TIME-LIMIT',
  budget: 'EXIT-BUDGET-EXCEEDED',
  child: 'EXIT-CHILD-LIMIT',
  other: 'EXIT-LIMIT',
};

const OF_FAILURE: Readonly<Record<ErrorKind, ExitTag>> = {
  config: 'EXIT-CONFIG-FAILURE',
  auth: 'EXIT-AUTH-FAILURE',
  rate_limit: 'EXIT-QUOTA-EXCEEDED',
  network: 'EXIT-NETWORK-FAILURE',
  model: 'EXIT-MODEL-FAILURE',
  timeout: 'EXIT-TIMEOUT',
  crashed: 'EXIT-SERVICE-CRASH',
  protocol: 'EXIT-PROTOCOL-FAILURE',
  denied: 'EXIT-DENIED',
  cancelled: 'EXIT-USER-STOP',
  tool: 'EXIT-UNCAUGHT-EXCEPTION',
};
