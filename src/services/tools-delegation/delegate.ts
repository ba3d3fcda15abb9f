/** `delegate`, and `task` for those who know it by that name: gives a piece of work to an agent by its name. */
import * as z from 'zod/mini';
import { ContextDepth, ContextScope } from '../../protocol/delegation.ts';
import { ModelPreference } from '../../protocol/routing.ts';
import { defineTool, ToolFailure } from '../../sdk/index.ts';
import { answerOf, asked, LONGEST_MS } from './outcome.ts';

const names = z.array(z.string());

const Input = z.object({
  instruction: z
    .string()
    .check(
      z.minLength(1),
      z.describe('The whole task. The agent knows nothing but this and what context_depth gives it.'),
    ),
  agent: z
    .optional(z.string())
    .check(z.describe('Who does it: a name from the list of agents, or "self". Needed without session_id.')),
  session_id: z
    .optional(z.string())
    .check(z.describe('Goes on with work delegated before, by the session_id that was answered then.')),
  context_depth: z
    .optional(ContextDepth)
    .check(z.describe('How much of this conversation the agent is told. Default none.')),
  context_turns: z
    .optional(z.int().check(z.positive()))
    .check(z.describe('How many messages "recent" takes. Default 5.')),
  context_scope: z
    .optional(ContextScope)
    .check(z.describe('conversation: what was said; agents: delegated results too; full: all tool results.')),
  model_role: z.optional(z.string()).check(z.describe('What the work needs: coding, fast, reasoning, …')),
  provider_preferences: z.optional(z.array(ModelPreference)),
  exclude_tools: z.optional(names).check(z.describe('Tools the agent goes without.')),
  inherit_tools: z.optional(names).check(z.describe('The only ones of your tools the agent gets.')),
});

const DESCRIPTION = `Gives a piece of work to another agent, which does it in a session of its own and answers with its result. Use it for work that stands by itself: exploring, reviewing, a part of a larger change. Several calls in one answer run at once.`;

const INSTRUCTIONS = `- The agent knows nothing of this conversation but its instruction and what context_depth adds: write what is to be done, which files it is about, and what the answer should contain.
- Give each agent a piece of its own. Calls that do not need each other's results belong in one answer, where they run at once; two agents should not change the same file.
- The answer has the agent's response, its session_id and its status. Give the session_id back to go on with that agent instead of explaining everything anew.
- The status "limit" means that the response is only part of the work: go on with it, or do the rest yourself. Nothing that failed is tried again by itself.
- Check what an agent says it did before you build on it. What takes one or two tool calls is faster done yourself.`;

export function delegateTool(name: 'delegate' | 'task') {
  return defineTool({
    name,
    description: DESCRIPTION,
    instructions: INSTRUCTIONS,
    // It changes nothing itself; what the agent does is asked for call by call.
    annotations: { read_only: true, destructive: false, idempotent: false, open_world: false },
    timeoutMs: LONGEST_MS,
    input: Input,
    async execute({ agent, session_id, instruction, ...rest }, { host, signal, callId }) {
      if (session_id !== undefined) {
        const request = { session_id, instruction, tool_call_id: callId };
        return answerOf(await asked(host.request('request.session_resume', request, { signal })));
      }
      if (agent === undefined) {
        throw new ToolFailure(
          'invalid_parameters: give "agent", or "session_id" to go on with earlier work.',
        );
      }
      const request = { agent, instruction, ...rest, tool_call_id: callId };
      return answerOf(await asked(host.request('request.session_spawn', request, { signal })));
    },
  });
}
