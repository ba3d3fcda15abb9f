/** What a child runs with: stored in its metadata, so that it can be resumed with the same (DL-22, DL-31). */
import * as z from 'zod/mini';
import type { Agent } from '../../definitions/agents.ts';
import type { SpawnRequest } from '../../protocol/delegation.ts';
import { redactDeep } from '../../protocol/redact.ts';
import { ModelPreference, ModelRole } from '../../protocol/routing.ts';
import type { TurnParts } from '../turn-parts.ts';
import { ChildPolicy, childTools } from './child-policy.ts';

export const ChildConfig = z.object({
  agent: z.string(),
  /** What the call wished for (DL-27). */
  preferences: z.optional(z.array(ModelPreference)),
  role: z.optional(ModelRole),
  /** What the parent worked with: the child's default. */
  inherited: z.optional(z.object({ provider: z.string(), model: z.optional(z.string()) })),
  policy: ChildPolicy,
});
export type ChildConfig = z.infer<typeof ChildConfig>;

/** As metadata keep it: a preference's own configuration may hold a key, which live settings give again (DL-33). */
export function storedConfig(config: ChildConfig): ChildConfig {
  return redactDeep(ChildConfig.parse(config));
}

export function childConfig(parts: TurnParts, agent: Agent, request: SpawnRequest): ChildConfig {
  const { composition } = parts.options;
  const agents = request.agents;
  const lets = agents ?? agent.agents ?? 'none';
  return {
    agent: agent.name,
    preferences: request.provider_preferences,
    role: request.model_role,
    inherited: { provider: composition.provider, model: composition.model },
    policy: {
      tools: childTools({
        parent: parts.tools.map(({ descriptor }) => descriptor.name),
        declared: agent.tools,
        rules: composition.settings.spawn ?? {},
        request,
        delegating: parts.delegatingTools,
        mayDelegate: lets !== 'none' && lets.length > 0,
      }),
      agents,
      without_hooks: withoutHooks(parts, request),
    },
  };
}

function withoutHooks(parts: TurnParts, request: SpawnRequest): string[] | undefined {
  const { exclude_hooks: excluded, inherit_hooks: inherited } = request;
  if (inherited) {
    const names = parts.table.allHooks().map(({ name }) => name);
    return names.filter((name) => !inherited.includes(name));
  }
  return excluded;
}
