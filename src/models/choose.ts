/**
 * Which provider and model do the work, and why. Preferences of the call > role of the call > the agent's own >
 * the session's default (DL-27); a chain of roles ends at `general`, then at the session's default (DL-42). Pure.
 */
import type {
  CandidateConfig,
  ChoiceReason,
  ChoiceStep,
  Matrix,
  ModelPreference,
  ModelRole,
} from '../protocol/routing.ts';
import { type AvailableProvider, type Resolved, resolveCandidates } from './resolve.ts';

/** What an agent or a call would like. */
export interface ModelWish {
  readonly preferences?: readonly ModelPreference[] | undefined;
  /** Of several the first that can be had counts. */
  readonly role?: ModelRole | undefined;
}

export interface SessionDefault {
  readonly provider: string;
  readonly model: string | undefined;
  /** As the end of a sentence: `the settings say so`. */
  readonly because: string;
  /** True when somebody chose it; else the matrix's `general` goes first. */
  readonly isChosen: boolean;
}

export interface ChoiceInput {
  readonly call?: ModelWish;
  readonly agent?: ModelWish;
  readonly session: SessionDefault;
  /** With the person's overrides; absent: no role can be had. */
  readonly matrix: Matrix | undefined;
  readonly providers: readonly AvailableProvider[];
}

export interface ModelChoice {
  readonly provider: string;
  /** Undefined for the provider's default. */
  readonly model: string | undefined;
  readonly config: CandidateConfig | undefined;
  readonly reason: ChoiceReason;
  /** When a wish could not be met: what the person should know. */
  readonly notice?: string;
}

interface Level {
  readonly source: ChoiceReason['source'];
  readonly role?: string;
  readonly candidates: readonly ModelPreference[] | undefined;
  readonly by: string;
  /** Somebody asked for just this: told when it cannot be had. */
  readonly isWish: boolean;
}

export function chooseModel(input: ChoiceInput): ModelChoice {
  const trail: ChoiceStep[] = [];
  const missed: Level[] = [];
  for (const level of levelsOf(input)) {
    if (!level.candidates) trail.push({ by: level.by, outcome: 'no-role' });
    const found = resolveCandidates(level.candidates ?? [], input.providers, level.by, trail);
    if (found) return chosen(input, level, found, trail, missed);
    missed.push(level);
  }
  const { provider, model, because } = input.session;
  trail.push({ by: 'the session’s default', provider, model, outcome: 'chosen' });
  const reason: ChoiceReason = { text: `session default: ${because}`, source: 'session', trail };
  return {
    provider,
    model,
    config: undefined,
    reason,
    ...noticed(missed, DEFAULT, { provider, model }, trail),
  };
}

const DEFAULT = { source: 'session', isWish: false } as const;

/** In the order in which they count, each level once. */
function levelsOf({ call, agent, session, matrix }: ChoiceInput): Level[] {
  const levels = [
    ...levelsOfWish(call, 'call', 'the call', matrix),
    ...levelsOfWish(agent, 'agent', 'the agent', matrix),
  ];
  if (!session.isChosen && matrix) {
    levels.push(roleLevel('general', 'session', 'the session’s default', matrix, false));
  }
  const seen = new Set<string>();
  return levels.filter(({ role }) => {
    if (role === undefined) return true;
    const isNew = !seen.has(role);
    seen.add(role);
    return isNew;
  });
}

function levelsOfWish(
  wish: ModelWish | undefined,
  source: 'call' | 'agent',
  whose: string,
  matrix: Matrix | undefined,
): Level[] {
  const { preferences = [], role } = wish ?? {};
  const levels: Level[] = [];
  if (preferences.length > 0) {
    levels.push({ source, candidates: preferences, by: `preferences of ${whose}`, isWish: true });
  }
  const roles = role === undefined ? [] : typeof role === 'string' ? [role] : role;
  levels.push(...roles.map((each) => roleLevel(each, source, whose, matrix, true)));
  if (roles.length > 0 && !roles.includes('general')) {
    levels.push(roleLevel('general', source, whose, matrix, false));
  }
  return levels;
}

function roleLevel(
  role: string,
  source: ChoiceReason['source'],
  whose: string,
  matrix: Matrix | undefined,
  isWish: boolean,
): Level {
  const candidates = matrix && Object.hasOwn(matrix.roles, role) ? matrix.roles[role]?.candidates : undefined;
  return { source, role, candidates, by: `role "${role}" of ${whose}`, isWish };
}

function chosen(
  { matrix }: ChoiceInput,
  level: Level,
  found: Resolved,
  trail: ChoiceStep[],
  missed: readonly Level[],
): ModelChoice {
  const { source, role, by } = level;
  const passed = trail.length - 1;
  const where = role === undefined || !matrix ? '' : ` in matrix ${matrix.name}`;
  const after = passed > 0 ? `, after ${passed} that cannot be had` : '';
  const reason: ChoiceReason = {
    text: `${by}${where}${after}`,
    source,
    ...(role !== undefined && { role, matrix: matrix?.name }),
    trail,
  };
  return { ...found, reason, ...noticed(missed, level, found, trail) };
}

/** A chain is a wish for any of its links: it is only told of when all that was named failed. */
function noticed(
  missed: readonly Level[],
  winner: Pick<Level, 'source' | 'isWish'>,
  answer: Pick<Resolved, 'provider' | 'model'>,
  trail: readonly ChoiceStep[],
): { notice?: string } {
  const wishes = missed.filter(
    ({ isWish, source }) => isWish && !(winner.isWish && winner.source === source),
  );
  if (wishes.length === 0) return {};
  const who = [answer.provider, answer.model].filter((part) => part !== undefined).join(' → ');
  const why = wishes.map((wish) => `${wish.by}: ${whyNot(wish, trail)}`).join('; ');
  return { notice: `No model could be had as wished (${why}). ${who} answers instead.` };
}

function whyNot({ by, candidates }: Level, trail: readonly ChoiceStep[]): string {
  if (!candidates) return 'the matrix has no such role';
  const steps = trail.filter((step) => step.by === by);
  const missing = unique(steps, 'no-provider', ({ provider }) => provider);
  const unlisted = unique(steps, 'no-list', ({ provider }) => provider);
  const unmatched = unique(steps, 'no-match', ({ provider, model }) => `${provider} → ${model}`);
  return [
    missing.length > 0 && `${missing.join(', ')} not set up`,
    unlisted.length > 0 && `models of ${unlisted.join(', ')} not listed yet`,
    unmatched.length > 0 && `nothing like ${unmatched.join(', ')}`,
  ]
    .filter((part) => part !== false)
    .join(', ');
}

function unique(
  steps: readonly ChoiceStep[],
  outcome: ChoiceStep['outcome'],
  text: (step: ChoiceStep) => string | undefined,
): string[] {
  const texts = steps.filter((step) => step.outcome === outcome).map(text);
  return [...new Set(texts.filter((each) => each !== undefined))];
}
