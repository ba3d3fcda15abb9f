/** The instruction a turn begins with: the agent's, the bundle's, where it works, its tools', and the folder's own rules. */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { platform } from 'node:process';
import { contextFileText } from '../definitions/agents/mentioned-files.ts';
import { AGENT_OPTIONS } from '../definitions/agents/options.ts';
import { filledInstruction } from '../definitions/agents/placeholders.ts';
import { rolesText } from '../models/roles.ts';
import { allowedAgents } from './delegation/lineage.ts';
import { toolInstructions } from './tool-instructions.ts';
import type { TurnParts } from './turn-parts.ts';

/** Characters of one rules file; more would crowd out the work. */
const LONGEST_RULES = 40_000;

export async function systemPrompt(turn: TurnParts, trusted: boolean): Promise<string> {
  const { cwd } = turn.session;
  const { agent } = turn.options.composition;
  const rules = trusted ? await readFile(join(cwd, 'AGENTS.md'), 'utf8').catch(() => '') : '';
  const facts = [
    `Working folder: ${cwd} (workspace "${basename(cwd)}")`,
    `Platform: ${platform}`,
    `Date: ${new Date().toISOString().slice(0, 10)}`,
  ];
  const { limits } = turn.options.composition.settings;
  const instruction = filledInstruction(agent, {
    now: new Date(),
    maxTurns: limits?.iterations ?? AGENT_OPTIONS.maxTurns.fallback!,
    maxToolCalls: limits?.tool_calls ?? AGENT_OPTIONS.maxToolCallsPerTurn.fallback!,
  });
  const { bundle } = turn.options.composition;
  const ofTools = toolInstructions(turn.tools);
  for (const notice of ofTools.notices) turn.emit(notice);
  const mentioned = agent.context.map(contextFileText);
  const parts = [
    instruction,
    ...mentioned,
    bundle?.instruction ?? '',
    ...(bundle?.mentioned ?? []).map(contextFileText),
    facts.join('\n'),
    roles(turn),
    ...delegates(turn),
    ofTools.text,
  ];
  for (const { name, text } of bundle?.context ?? []) {
    parts.push(`<context_file path="${name}">\n${text.slice(0, LONGEST_RULES)}\n</context_file>`);
  }
  if (rules.trim() !== '') {
    parts.push(`<context_file path="AGENTS.md">\n${rules.slice(0, LONGEST_RULES)}\n</context_file>`);
  }
  return parts.filter((part) => part !== '').join('\n\n');
}

/** What model roles there are (DL-40). The same in every turn, so that providers keep what comes before it. */
function roles({ options }: TurnParts): string {
  return `Model roles, each with the work it is for:\n${rolesText(options.composition.roles)}`;
}

/** Whom the agent may give work to, for one that has the tool for it. */
function delegates({ tools, options }: TurnParts): string[] {
  if (!tools.some(({ descriptor }) => descriptor.name === 'delegate')) return [];
  const { composition, lineage } = options;
  const agents = allowedAgents(composition.agent, composition.agents, lineage.policy);
  if (agents.length === 0) return [];
  const lines = agents.map(({ name, description }) => `- ${name}: ${description.split('\n', 1)[0]}`);
  return [`Agents the tool delegate can give work to:\n${lines.join('\n')}`];
}
