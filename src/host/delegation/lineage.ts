/** Where a turn stands in the tree of delegations, and who may be asked from there (DL-20, DL-25, AT-61, AT-62). */
import { findAgent, isNamed } from '../../definitions/agents/find-agent.ts';
import type { Agent } from '../../definitions/agents.ts';
import type { Settings } from '../../definitions/settings-schema.ts';
import type { SpawnRequest } from '../../protocol/delegation.ts';
import { PatchbayError, RpcCode } from '../../protocol/errors.ts';
import type { SessionEvent } from '../../protocol/events.ts';
import type { Session } from '../../session/session.ts';
import type { Budget } from './budget.ts';
import type { ChildPolicy } from './child-policy.ts';
import type { Place } from './places.ts';

export interface Lineage {
  /** The session at the top of the tree. */
  readonly root: Session;
  /** Agents from the root down to the turn's own. */
  readonly path: readonly string[];
  readonly budget: Budget;
  /** A child's; the root needs none. */
  readonly place: Place | undefined;
  readonly policy: ChildPolicy;
  /** The last layer of settings, for all of the tree. */
  readonly overrides: Settings;
  /** Hands events of the tree to whoever reads the root's turn (RT-17). */
  readonly onEvent: (event: SessionEvent) => void;
}

/** Deeper than this nothing is delegated; a child of the root is at depth 1. */
export const DEFAULT_MAX_DEPTH = 3;

/**
 * The agent a request names.
 * @throws PatchbayError `config` for one that does not exist or may not be asked, that asked itself on the way
 *   here, or that would be too deep: a tool error that names the chain and the limit.
 */
export function chosenAgent(
  request: Pick<SpawnRequest, 'agent'>,
  own: Agent,
  known: readonly Agent[],
  lineage: Pick<Lineage, 'path' | 'policy'>,
  maxDepth: number,
): Agent {
  const chain = [...lineage.path, request.agent === 'self' ? own.name : request.agent].join(' → ');
  if (lineage.path.length > maxDepth) {
    throw refused(
      `Delegation ${chain} would be at depth ${lineage.path.length}; the limit is ${maxDepth}.`,
      'Do the work yourself, or set delegation.max_depth.',
    );
  }
  if (request.agent === 'self') return own;
  const may = allowedAgents(own, known, lineage.policy);
  const agent = findAgent(may, request.agent);
  if (!agent) {
    const exists = findAgent(known, request.agent) !== undefined;
    const names = may.map(({ name }) => name).join(', ') || 'none';
    throw refused(
      exists
        ? `Agent "${own.name}" may not delegate to "${request.agent}".`
        : `There is no agent "${request.agent}".`,
      `It may delegate to: ${names}.`,
    );
  }
  if (lineage.path.includes(agent.name)) {
    throw refused(
      `Delegation ${chain} would go in a circle: "${agent.name}" already waits for this work.`,
      'Do the work yourself, or ask another agent.',
    );
  }
  return agent;
}

/**
 * The agent a person names: any there is, as the rules on who may ask whom are for agents.
 * @throws PatchbayError `config` for one that does not exist.
 */
export function namedAgent(name: string, known: readonly Agent[]): Agent {
  const agent = findAgent(known, name);
  if (agent) return agent;
  const names = known.map((each) => each.name).join(', ');
  throw refused(`There is no agent "${name}".`, `Choose one of: ${names}.`);
}

/** Whom an agent may delegate to: what its parent's request says, else its definition, else everyone but itself. */
export function allowedAgents(own: Agent, known: readonly Agent[], policy: ChildPolicy): readonly Agent[] {
  const allowed = policy.agents ?? own.agents ?? 'all';
  const others = known.filter(({ name }) => name !== own.name);
  if (allowed === 'all') return others;
  return allowed === 'none' ? [] : others.filter((agent) => isNamed(agent, allowed));
}

function refused(message: string, remedy: string): PatchbayError {
  return new PatchbayError('config', message, { remedy, code: RpcCode.invalidParams });
}
