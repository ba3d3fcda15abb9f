/** A child's end as its parent's model reads it (DL-20, AT-70, AT-72). */
import type { DelegationResult } from '../../protocol/delegation.ts';
import { asPatchbayError, type ErrorKind } from '../../protocol/errors.ts';
import { ToolFailure } from '../../sdk/index.ts';

/** The classes of failure a parent can act on. */
type FailureClass = 'config' | 'auth' | 'timeout' | 'network' | 'model';

const CLASS_OF: Partial<Record<ErrorKind, FailureClass>> = {
  config: 'config',
  auth: 'auth',
  timeout: 'timeout',
  network: 'network',
  crashed: 'config',
  protocol: 'config',
  denied: 'config',
};

/** The time a delegation may take: its limits are its budget and its turn's own, not the tool's. */
export const LONGEST_MS = 24 * 60 * 60_000;

/** A request that the host refuses is the model's to mend: it is told why, and what would do. */
export async function asked(request: Promise<DelegationResult>): Promise<DelegationResult> {
  try {
    return await request;
  } catch (thrown) {
    const { kind, message, remedy } = asPatchbayError(thrown);
    if (kind !== 'config') throw thrown;
    throw new ToolFailure(remedy ? `${message} ${remedy}` : message);
  }
}

/** @throws ToolFailure unless the child answered, if only in part. */
export function answerOf(result: DelegationResult): Record<string, unknown> {
  const { session_id, response, turn_count, status, error, metadata } = result;
  const answer = { response, session_id, agent: metadata.agent, turn_count, status };
  if (status === 'completed') return answer;
  if (status === 'limit') {
    return { ...answer, note: 'A limit ended this work early: the response is what there is of it.' };
  }
  if (status === 'failed' || status === 'denied') {
    const kind = error ? (CLASS_OF[error.kind] ?? 'model') : 'model';
    const why = error ? `${error.message}${error.remedy ? ` ${error.remedy}` : ''}` : 'It gave no reason.';
    throw new ToolFailure(`Agent "${metadata.agent}" failed (${kind}): ${why}`, { ...answer, class: kind });
  }
  throw new ToolFailure(`The work of agent "${metadata.agent}" was ${status} before it was done.`, answer);
}
