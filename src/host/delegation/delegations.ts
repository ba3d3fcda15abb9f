/**
 * Gives work to other agents: each child is a session of its own, with its own services, run like any turn and
 * told of in its parent's events (DL-20…27, AT-60…67). What goes wrong in a child is its result, never its
 * parent's failure; the parent's model decides what then (AT-70, AT-71).
 */

import { randomUUID } from 'node:crypto';
import { findAgent } from '../../definitions/agents/find-agent.ts';
import type { Agent } from '../../definitions/agents.ts';
import type { ComposeRequest, Composition } from '../../definitions/compose.ts';
import type { DelegationResult, ResumeRequest, SpawnRequest } from '../../protocol/delegation.ts';
import { asPatchbayError, PatchbayError } from '../../protocol/errors.ts';
import type { EventBody } from '../../protocol/events.ts';
import { childSessionId } from '../../session/child-id.ts';
import type { Session } from '../../session/session.ts';
import type { SessionStore } from '../../session/store.ts';
import type { Approvals } from '../approvals.ts';
import { resumption } from '../resumption.ts';
import type { RunningTurns } from '../running-turns.ts';
import type { TurnOutcome } from '../turn.ts';
import { emitHook } from '../turn-hooks.ts';
import { type Delegates, eventError, type TurnParts, type TurnStart } from '../turn-parts.ts';
import { AnswerCache } from './answer-cache.ts';
import { Budget } from './budget.ts';
import { ChildConfig, childConfig, storedConfig } from './child-config.ts';
import { chosenAgent, DEFAULT_MAX_DEPTH, type Lineage, namedAgent } from './lineage.ts';
import { withParentContext } from './parent-context.ts';
import { childOf, lastOutcome, lastText } from './past-work.ts';
import { type Place, Places } from './places.ts';

export interface DelegationsOptions {
  readonly sessions: SessionStore;
  readonly approvals: Approvals;
  readonly turns: RunningTurns;
  readonly compose: (request: ComposeRequest) => Promise<Composition>;
}

interface Work {
  readonly callId: string;
  readonly agent: Agent;
  readonly instruction: string;
  readonly resumed: boolean;
  readonly config: ChildConfig;
  /** The child, made or opened when there is a place for it. */
  readonly open: () => Promise<Session>;
  readonly beginning: (session: Session) => Promise<TurnStart>;
}

export class Delegations implements Delegates {
  readonly #options: DelegationsOptions;
  readonly #places = new Places();
  readonly #answers = new AnswerCache();

  constructor(options: DelegationsOptions) {
    this.#options = options;
  }

  /**
   * Runs an instruction in a new child. A call that had a child before an interruption goes on with that one; what
   * it finished is not done again.
   * @throws PatchbayError `config` for an agent that may not be asked, `cancelled` when the parent is stopped.
   */
  async spawn(
    parts: TurnParts,
    request: SpawnRequest,
    signal: AbortSignal,
    by: 'agent' | 'person' = 'agent',
  ): Promise<DelegationResult> {
    const before = await this.#before(parts, request);
    if (before) return this.#goOn(parts, before, request.tool_call_id!, signal);
    const { lineage, composition } = parts.options;
    const maxDepth = composition.settings.delegation?.max_depth ?? DEFAULT_MAX_DEPTH;
    const agent =
      by === 'person'
        ? namedAgent(request.agent, composition.agents)
        : chosenAgent(request, composition.agent, composition.agents, lineage, maxDepth);
    const config = childConfig(parts, agent, request);
    const instruction = withParentContext(
      request.instruction,
      parts.session.transcript,
      request,
      parts.delegatingTools,
    );
    const task = { agent, cwd: parts.session.cwd, instruction, config };
    // What a person gives away is done.
    const known = by === 'agent' ? this.#answers.find(task) : undefined;
    if (known) {
      parts.emit(answeredBefore(agent, known.ageMs));
      return known.result;
    }
    const result = await this.#run(parts, signal, {
      callId: request.tool_call_id ?? randomUUID(),
      agent,
      instruction,
      resumed: false,
      config,
      open: () =>
        this.#options.sessions.create({
          cwd: parts.session.cwd,
          agent: agent.name,
          sessionId: childSessionId(parts.session.id, agent.name),
          parentId: parts.session.id,
          extra: { config: storedConfig(config) },
        }),
      beginning: async () => ({ kind: 'prompt', text: instruction }),
    });
    this.#answers.keep(task, result);
    return result;
  }

  /**
   * Gives a child that has worked before one more instruction, in its stored configuration (DL-31).
   * @throws PatchbayError `config` for an id that is unknown or not one of this session's children.
   */
  async resume(parts: TurnParts, request: ResumeRequest, signal: AbortSignal): Promise<DelegationResult> {
    const child = await this.#open(parts, request.session_id);
    const { config, agent } = this.#stored(parts, child);
    return this.#run(parts, signal, {
      callId: request.tool_call_id ?? randomUUID(),
      agent,
      instruction: request.instruction,
      resumed: true,
      config,
      open: async () => child,
      beginning: async (session) => {
        await this.#options.approvals.abandon(session);
        return { kind: 'prompt', text: request.instruction };
      },
    });
  }

  /** The child this very call had in the turn that was interrupted. */
  async #before(parts: TurnParts, { tool_call_id: callId }: SpawnRequest): Promise<Session | undefined> {
    const { start } = parts.options;
    const isResumed = start.kind === 'resume' || (start.kind === 'delegation' && start.isResumed);
    if (callId === undefined || !isResumed) return undefined;
    const id = await childOf(parts.session, callId);
    return id === undefined ? undefined : this.#open(parts, id);
  }

  async #goOn(
    parts: TurnParts,
    child: Session,
    callId: string,
    signal: AbortSignal,
  ): Promise<DelegationResult> {
    const { config, agent } = this.#stored(parts, child);
    const done = await lastOutcome(child);
    if (done && done.status !== 'interrupted') {
      const end = { call_id: callId, child_agent: agent.name, child_session_id: child.id };
      parts.emit({ type: 'delegation.finished', ...end, ...done });
      return resultOf(child, agent, done);
    }
    const [first] = (await child.page({ limit: 500 })).events.filter((event) => event.type === 'prompt');
    const instruction = first?.type === 'prompt' ? first.text : '';
    return this.#run(parts, signal, {
      callId,
      agent,
      instruction,
      resumed: true,
      config,
      open: async () => child,
      beginning: (session) => resumption(session, this.#options.approvals),
    });
  }

  async #run(parts: TurnParts, signal: AbortSignal, work: Work): Promise<DelegationResult> {
    const { lineage, composition } = parts.options;
    const { delegation = {} } = composition.settings;
    const { callId, agent } = work;
    const limits = { perSession: delegation.max_parallel ?? 4, inAll: delegation.max_total ?? 16 };
    const takeBack = lineage.place?.lend();
    try {
      const place = await this.#places.take(parts.session.id, limits, signal, (waiting) =>
        parts.emit({ type: 'delegation.queued', call_id: callId, child_agent: agent.name, waiting }),
      );
      try {
        return await this.#inPlace(parts, signal, work, place);
      } finally {
        place.release();
      }
    } finally {
      await takeBack?.();
    }
  }

  async #inPlace(parts: TurnParts, signal: AbortSignal, work: Work, place: Place): Promise<DelegationResult> {
    const { lineage, interactive, trusted } = parts.options;
    const { callId, agent, instruction, resumed, config } = work;
    const session = await work.open();
    const named = { call_id: callId, child_agent: agent.name, child_session_id: session.id };
    parts.emit({ type: 'delegation.started', ...named, instruction, depth: lineage.path.length, resumed });
    const told = { agent: agent.name, sub_session_id: session.id, parent_session_id: parts.session.id };
    tell(parts, resumed ? 'delegate:agent_resumed' : 'delegate:agent_spawned', told);
    const outcome = await this.#options.turns
      .run({
        session,
        interactive,
        trusted,
        signal,
        onEvent: lineage.onEvent,
        compose: () => this.#compose(parts, config),
        beginning: () => work.beginning(session),
        lineage: (composition) => childLineage(lineage, composition, config, place),
        delegations: this,
      })
      .catch((thrown): TurnOutcome => notBegun(asPatchbayError(thrown)));
    parts.emit({ type: 'delegation.finished', ...named, ...outcome });
    tell(parts, HOOK_OF[outcome.status] ?? 'delegate:error', { ...told, status: outcome.status });
    return resultOf(session, agent, outcome);
  }

  #compose(parts: TurnParts, config: ChildConfig): Promise<Composition> {
    const { session, options } = parts;
    return this.#options.compose({
      cwd: session.cwd,
      trusted: options.trusted,
      overrides: options.lineage.overrides,
      agent: config.agent,
      preferences: config.preferences,
      role: config.role,
      inherited: config.inherited,
    });
  }

  async #open(parts: TurnParts, id: string): Promise<Session> {
    const child = await this.#options.sessions.open(id);
    if (child.head.parent_id === parts.session.id) return child;
    throw new PatchbayError('config', `Session "${id}" is not a child of this session.`, {
      remedy: 'Give the session_id that a delegation of this session answered.',
    });
  }

  #stored(parts: TurnParts, child: Session): { config: ChildConfig; agent: Agent } {
    const config = ChildConfig.safeParse(child.extra.config);
    if (!config.success) {
      throw new PatchbayError('config', `Corrupted session metadata for '${child.id}'.`, {
        remedy: 'Delegate anew: the stored configuration of this session cannot be read.',
      });
    }
    const { agents } = parts.options.composition;
    const agent = findAgent(agents, config.data.agent);
    if (agent) return { config: config.data, agent };
    throw new PatchbayError(
      'config',
      `The agent "${config.data.agent}" of that session does not exist any more.`,
    );
  }
}

const HOOK_OF: Partial<Record<TurnOutcome['status'], string>> = {
  completed: 'delegate:agent_completed',
  limit: 'delegate:agent_completed',
  cancelled: 'delegate:agent_cancelled',
  interrupted: 'delegate:agent_cancelled',
};

/** Observers need not be waited for. */
function tell(parts: TurnParts, event: string, data: Record<string, unknown>): void {
  emitHook(parts, event, data, { signal: parts.signal }).catch(() => undefined);
}

function childLineage(parent: Lineage, composition: Composition, config: ChildConfig, place: Place): Lineage {
  const { name, limits } = composition.agent;
  const own = { ...composition.settings.delegation?.child_budget, ...limits?.budget };
  return {
    ...parent,
    path: [...parent.path, name],
    budget: new Budget(`agent "${name}"`, own, parent.budget),
    place,
    policy: config.policy,
  };
}

function notBegun(error: PatchbayError): TurnOutcome {
  const nothing = { duration_ms: 0, requests: 0, tool_calls: 0, input_tokens: 0, output_tokens: 0 };
  return {
    status: error.kind === 'cancelled' ? 'cancelled' : 'failed',
    summary: { ...nothing, cost_usd: 0, agents: [] },
    error: eventError(error),
  };
}

function answeredBefore({ name }: Agent, ageMs: number): EventBody {
  const text = `The answer that "${name}" gave to the same task ${Math.round(ageMs / 1000)} s ago is used again.`;
  return { type: 'notice', level: 'info', text, source: name };
}

function resultOf(session: Session, agent: Agent, { status, error }: TurnOutcome): DelegationResult {
  return {
    session_id: session.id,
    response: lastText(session),
    turn_count: session.head.turn_count,
    status,
    ...(error && { error }),
    metadata: { agent: agent.name },
  };
}
