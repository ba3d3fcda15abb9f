/** Which model does which kind of work: matrices, wishes for a model, and why one was chosen (DL-40 … DL-42). */
import * as z from 'zod/mini';

/** What a call is made with when the candidate wins. Keys we do not know are kept and not used. */
export const CandidateConfig = z.looseObject({
  /** `none`, `minimal`, `low`, `medium`, `high`, `xhigh` or `max`. */
  reasoning_effort: z.optional(z.string()),
  max_output_tokens: z.optional(z.int().check(z.positive())),
  temperature: z.optional(z.number()),
});
export type CandidateConfig = z.infer<typeof CandidateConfig>;

/** One model that may do: `model` is a name or a glob over the provider's own list. */
export const Candidate = z.strictObject({
  provider: z.string().check(z.minLength(1)),
  model: z.string().check(z.minLength(1)),
  config: z.optional(CandidateConfig),
});
export type Candidate = z.infer<typeof Candidate>;

/** As an agent or a call names it: without a model the provider's default is meant. */
export const ModelPreference = z.looseObject({
  provider: z.string().check(z.minLength(1)),
  model: z.optional(z.string().check(z.minLength(1))),
  config: z.optional(CandidateConfig),
});
export type ModelPreference = z.infer<typeof ModelPreference>;

/** One role, or several of which the first that can be had counts. */
export const ModelRole = z.union([z.string(), z.array(z.string())]);
export type ModelRole = string | readonly string[];

export const MatrixRole = z.strictObject({
  description: z._default(z.string(), ''),
  /** Best first. */
  candidates: z.array(Candidate).check(z.minLength(1)),
});
export type MatrixRole = z.infer<typeof MatrixRole>;

/** The two roles every matrix has: where every chain ends, and what small work is done with. */
export const REQUIRED_ROLES = ['general', 'fast'] as const;

/** A file of `agents/routing/` or `~/.amplifier/routing/`. */
export const Matrix = z.looseObject({
  name: z.string(),
  description: z._default(z.string(), ''),
  /** The day it was last looked over, as `2026-11-27`. */
  updated: z.optional(z.string()),
  roles: z.record(z.string(), MatrixRole).check(
    z.check(({ value, issues }) => {
      for (const role of REQUIRED_ROLES) {
        if (value[role]) continue;
        const message = `the role "${role}" is missing; every matrix has ${REQUIRED_ROLES.join(' and ')}`;
        issues.push({ code: 'custom', message, path: [], input: value });
      }
    }),
  ),
});
export type Matrix = z.infer<typeof Matrix>;

/** `base` stands for the candidates of the matrix itself. */
const OverrideCandidates = z.array(z.union([z.literal('base'), Candidate]));

export const RoleOverride = z.union([
  OverrideCandidates,
  z.strictObject({ description: z.optional(z.string()), candidates: OverrideCandidates }),
]);
export type RoleOverride = z.infer<typeof RoleOverride>;

/** `routing` of the settings. */
export const RoutingSettings = z.looseObject({
  /** Name of a matrix; absent: `balanced`. */
  matrix: z.optional(z.string()),
  overrides: z.optional(z.record(z.string(), RoleOverride)),
});
export type RoutingSettings = z.infer<typeof RoutingSettings>;

/** One candidate that was looked at, and what came of it. */
export const ChoiceStep = z.object({
  /** Who asked for it: `the call's preferences`, `role "coding"`, … */
  by: z.string(),
  provider: z.optional(z.string()),
  model: z.optional(z.string()),
  outcome: z.enum(['chosen', 'no-provider', 'no-match', 'no-list', 'no-role']),
});
export type ChoiceStep = z.infer<typeof ChoiceStep>;

/** Why a provider and model were chosen. */
export const ChoiceReason = z.object({
  /** For people, one sentence without a full stop. */
  text: z.string(),
  /** Which of the four had the say (DL-27). */
  source: z.enum(['person', 'call', 'agent', 'session']),
  role: z.optional(z.string()),
  matrix: z.optional(z.string()),
  /** Everything that was looked at, in order; the last one is the one chosen. */
  trail: z.array(ChoiceStep),
});
export type ChoiceReason = z.infer<typeof ChoiceReason>;
