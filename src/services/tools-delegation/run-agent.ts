/**
 * Runs an agent by its contract. Never called by this name: the tool of each such agent stands for it, with the
 * agent given.
 */
import * as z from 'zod/mini';
import type { DelegationResult } from '../../protocol/delegation.ts';
import { defineTool, ToolFailure } from '../../sdk/index.ts';
import { Contract, faultsOf, instructionOf, readAnswer } from './contract.ts';
import { answerOf, asked, LONGEST_MS } from './outcome.ts';

export const runAgent = defineTool({
  name: 'run_agent',
  description: 'Runs an agent with the input its contract asks for, and checks its answer.',
  annotations: { read_only: true, destructive: false, idempotent: false, open_world: false },
  timeoutMs: LONGEST_MS,
  config: z.object({ contracts: z._default(z.record(z.string(), Contract), {}) }),
  input: z.object({ agent: z.string(), input: z.record(z.string(), z.unknown()) }),
  async execute({ agent, input }, { host, signal, callId, config }) {
    const contract = config.contracts[agent];
    if (!contract) throw new ToolFailure(`Agent "${agent}" has no contract.`);
    const faults = faultsOf(contract.inputSchema, input);
    if (faults !== undefined) throw new ToolFailure(`invalid_parameters: ${faults}.`);
    const instruction = instructionOf(contract, input);
    const first = await asked(
      host.request('request.session_spawn', { agent, instruction, tool_call_id: callId }, { signal }),
    );
    return checked(first, contract, (result, fault) =>
      host.request(
        'request.session_resume',
        { session_id: result.session_id, instruction: repair(fault), tool_call_id: callId },
        { signal },
      ),
    );
  },
});

/** An answer in the wrong form is asked for once more, then it is a failure of the model (AT-74). */
async function checked(
  first: DelegationResult,
  contract: Contract,
  again: (result: DelegationResult, fault: string) => Promise<DelegationResult>,
): Promise<Record<string, unknown>> {
  const answered = answerOf(first);
  const answer = readAnswer(contract, first.response);
  if ('value' in answer) return { ...answered, response: answer.value };
  if (first.status === 'limit') throw wrongForm(first, answer.fault);
  const second = await again(first, answer.fault);
  const repaired = readAnswer(contract, second.response);
  if ('value' in repaired) return { ...answerOf(second), response: repaired.value };
  throw wrongForm(second, repaired.fault);
}

function repair(fault: string): string {
  return `Your answer has the wrong form: ${fault}. Answer again, with the JSON value and nothing else.`;
}

function wrongForm(result: DelegationResult, fault: string): ToolFailure {
  return new ToolFailure(
    `Agent "${result.metadata.agent}" failed (model): its answer has the wrong form: ${fault}.`,
    { response: result.response, session_id: result.session_id, status: 'failed', class: 'model' },
  );
}
