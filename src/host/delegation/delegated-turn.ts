/**
 * A turn that is one delegation: the person gave work to another agent of their choice. No loop runs and no model
 * of the session's own is asked; its next turn knows what was given away and what came back (DL-28).
 */
import { type DelegationResult, SpawnRequest } from '../../protocol/delegation.ts';
import { PatchbayError } from '../../protocol/errors.ts';
import type { DelegationStart, TurnParts } from '../turn-parts.ts';

/** @throws PatchbayError as the child ended, when it did not come to its end: so the turn ends the same way. */
export async function runDelegation(parts: TurnParts, start: DelegationStart): Promise<void> {
  const { agent, instruction, callId } = start;
  const request = SpawnRequest.parse({ agent, instruction, tool_call_id: callId });
  const result = await parts.options.delegations.spawn(parts, request, parts.signal, 'person');
  // Goes on later, and is remembered then.
  if (result.status === 'interrupted') throw endOf(result);
  const { session } = parts;
  session.addMessage({ role: 'user', content: `Delegate to the agent "${agent}": ${instruction}` });
  session.addMessage({ role: 'assistant', content: account(agent, result) });
  if (result.status === 'limit') parts.onLimit('child');
  else if (result.status !== 'completed') throw endOf(result);
}

/** What the session's own model is told, with the id it can go on with. */
function account(agent: string, { session_id: id, response, status, error }: DelegationResult): string {
  const end =
    status === 'completed' ? 'answered' : `ended as "${status}"${error ? ` (${error.message})` : ''}`;
  const text = response === '' ? 'It said nothing.' : response;
  return `The agent "${agent}" (session_id ${id}) ${end}:\n\n${text}`;
}

function endOf({ status, error, metadata }: DelegationResult): PatchbayError {
  const message = error?.message ?? `The work of "${metadata.agent}" was ${status}.`;
  const kind = status === 'denied' ? 'denied' : 'cancelled';
  return new PatchbayError(status === 'failed' ? (error?.kind ?? 'tool') : kind, message, error);
}
