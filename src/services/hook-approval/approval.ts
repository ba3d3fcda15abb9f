/** The hook `approval`: asks the person before what writes, runs or reveals something (experience.md). */
import os from 'node:os';
import { platform as platformName } from 'node:process';
import * as z from 'zod/mini';
import { ApprovalRule } from '../../protocol/approvals.ts';
import type { HookData, HookResult } from '../../protocol/hooks.ts';
import { ToolAnnotations } from '../../protocol/manifest.ts';
import { defineHook, type HookContext, ToolFailure } from '../../sdk/index.ts';
import { pathPlatform } from '../../sdk/path-syntax.ts';
import { type Decision, decide, denialsOf, sessionRuleOf } from './decide.ts';
import { SessionMemory } from './session-memory.ts';
import type { Call, Surroundings } from './subject.ts';

const Config = z.object({
  rules: z
    ._default(z.array(ApprovalRule), [])
    .check(z.describe('What is allowed, asked or denied. The most exact rule decides; of equals, the last.')),
  mode: z
    ._default(z.enum(['ask', 'allow', 'deny']), 'ask')
    .check(z.describe('What happens where a question would be asked.')),
  tools: z
    ._default(z.record(z.string(), ToolAnnotations), {})
    .check(
      z.describe('What tools do, by their names, where they do not say it themselves or are not believed.'),
    ),
  workspace: z
    .optional(z.string())
    .check(z.describe("The folder outside of which writing is asked every time. Without it, the session's.")),
});
type Config = z.infer<typeof Config>;

/** What tool events carry. */
const ToolEvent = z.looseObject({
  tool_name: z.string(),
  tool_input: z._default(z.record(z.string(), z.unknown()), {}),
  tool_annotations: z.optional(ToolAnnotations),
  agent: z._default(z.string(), ''),
  cwd: z.string(),
  choice: z.optional(z.string()),
  reason: z.nullish(z.string()),
  by: z.optional(z.string()),
});
type ToolEvent = z.infer<typeof ToolEvent>;

/** Tools of ours that only look, where no host says so. */
const READ_ONLY = new Set(['read_file', 'glob', 'grep']);

export function createApprovalHook() {
  const memory = new SessionMemory();
  return defineHook<Config>({
    name: 'approval',
    events: ['tool:pre', 'approval:granted', 'approval:denied'],
    priority: 50,
    onFailure: 'ask',
    config: Config,
    async handle(event, data, context) {
      if (event === 'tool:pre') return gate(ToolEvent.parse(data), context, memory);
      await remember(event, data, context, memory);
      return undefined;
    },
  });
}

async function gate(
  data: ToolEvent,
  context: HookContext<Config>,
  memory: SessionMemory,
): Promise<HookResult | undefined> {
  const { config } = context;
  const remembered = await memory.read(context);
  const decision = refusingBadPaths(() =>
    decide(callOf(data, config), config, remembered, surroundings(data, context)),
  );
  switch (decision.kind) {
    case 'allow':
      if (decision.noted) context.log('info', `Allowed without asking (mode "allow"): ${decision.noted}`);
      return undefined;
    case 'deny':
      return { action: 'DENY', reason: decision.reason };
    case 'ask':
      return {
        action: 'ASK_USER',
        reason: decision.reason,
        approval_prompt: decision.prompt,
        approval_options: [...decision.options],
        approval_default: 'deny',
        suggested_rule: decision.rule,
      };
    default:
      return decision satisfies never;
  }
}

/** A path that names nothing is refused here in the words the tool would use. */
function refusingBadPaths(judge: () => Decision): Decision {
  try {
    return judge();
  } catch (error) {
    if (error instanceof ToolFailure) return { kind: 'deny', reason: error.message };
    throw error;
  }
}

/** A no counts until the session ends only when a person said it: nobody answering in time is no answer. */
async function remember(
  event: string,
  data: HookData,
  context: HookContext<Config>,
  memory: SessionMemory,
): Promise<void> {
  const parsed = ToolEvent.safeParse(data);
  // A question that was not about a tool leaves nothing to remember.
  if (!parsed.success) return;
  const call = callOf(parsed.data, context.config);
  const around = surroundings(parsed.data, context);
  const { by, choice = '', reason } = parsed.data;
  if (event === 'approval:denied') {
    if (by === 'person') await memory.deny(denialsOf(call, reason ?? undefined, around), context);
  } else if (choice.trim().toLowerCase() === 'allow for this session') {
    const rule = sessionRuleOf(call, around);
    if (rule) await memory.allow(rule, context);
  }
}

function callOf(data: ToolEvent, { tools }: Config): Call {
  const { tool_name: tool, tool_input: input, agent, cwd } = data;
  const said = data.tool_annotations ?? (READ_ONLY.has(tool) ? { read_only: true } : {});
  // An agent's own list of steps is a note to itself.
  const own = tool === 'todo' && said.destructive !== true ? { ...said, read_only: true } : said;
  return { tool, input, agent, cwd, annotations: { ...own, ...tools[tool] } };
}

function surroundings(data: ToolEvent, { config, environment }: HookContext<Config>): Surroundings {
  return {
    workspace: config.workspace ?? data.cwd,
    home: environment.HOME ?? environment.USERPROFILE ?? os.homedir(),
    platform: pathPlatform(platformName),
  };
}
