/** `${NAME}` and `{{NAME}}` in an agent's instruction, filled when a turn begins (AT-33). */
import type { Agent } from './agent.ts';

export interface PlaceholderFacts {
  readonly now: Date;
  /** What counts when the agent says nothing. */
  readonly maxTurns: number;
  readonly maxToolCalls: number;
}

const FORMS = { json: 'one JSON value and nothing else', markdown: 'markdown', text: 'plain text' } as const;

/** Names that are none of ours stay as they are; other programs' agents are not touched. */
export function filledInstruction(agent: Agent, { now, maxTurns, maxToolCalls }: PlaceholderFacts): string {
  if (agent.format !== 'amplifier' && agent.format !== 'ai') return agent.instruction;
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const values: Readonly<Record<string, () => string | number>> = {
    DATETIME: () => localTime(now),
    TIMESTAMP: () => Math.floor(now.getTime() / 1000),
    DAY: () => now.toLocaleDateString('en-US', { weekday: 'long' }),
    TIMEZONE: () => timeZone,
    MAX_TURNS: () => agent.limits.maxTurns ?? maxTurns,
    MAX_TOOLS: () => agent.limits.maxToolCallsPerTurn ?? maxToolCalls,
    FORMAT: () => FORMS[agent.contract?.outputFormat ?? 'markdown'],
  };
  return agent.instruction.replace(/\$\{([A-Z_]+)\}|\{\{([A-Z_]+)\}\}/g, (whole, dollar, braces) => {
    const name = dollar ?? braces;
    return Object.hasOwn(values, name) ? String(values[name]!()) : whole;
  });
}

/** `2026-03-01T09:30:00+01:00`. */
function localTime(now: Date): string {
  const offset = -now.getTimezoneOffset();
  const local = new Date(now.getTime() + offset * 60_000).toISOString().slice(0, 19);
  const two = (value: number) => String(Math.floor(Math.abs(value))).padStart(2, '0');
  return `${local}${offset < 0 ? '-' : '+'}${two(offset / 60)}:${two(offset % 60)}`;
}
