/**
 * The host without an editor: sessions, turns and the verbs a frontend needs (run, delegate, answer, cancel,
 * steer). The chat panel, the terminal and every headend are frontends of it.
 */
import { randomUUID } from 'node:crypto';
import { createAgentReader } from '../definitions/agents.ts';
import { type ComposeRequest, type Composition, compose, type Surroundings } from '../definitions/compose.ts';
import type { Settings } from '../definitions/settings-schema.ts';
import type { ApprovalAnswer } from '../protocol/approvals.ts';
import { asPatchbayError, PatchbayError } from '../protocol/errors.ts';
import type { SessionEvent } from '../protocol/events.ts';
import { KnownSecrets } from '../protocol/known-secrets.ts';
import type { Manifest } from '../protocol/manifest.ts';
import type { SessionPlace } from '../protocol/session-owner.ts';
import type { Session } from '../session/session.ts';
import { createSessionStore, type SessionStore } from '../session/store.ts';
import { Approvals } from './approvals.ts';
import { Budget } from './delegation/budget.ts';
import { ChildConfig } from './delegation/child-config.ts';
import { Delegations } from './delegation/delegations.ts';
import { earlyServices } from './early-services.ts';
import { EventQueue } from './event-queue.ts';
import type { LinkTimes } from './links/link.ts';
import { createManifestCache, type ManifestCache } from './manifests.ts';
import { withChosenModel } from './model-choice.ts';
import { Publication } from './monitor/publication.ts';
import { Monitor, type MonitorTimes, type ServiceMonitor } from './monitor/service-monitor.ts';
import { Admissions, type Consent } from './permissions/admissions.ts';
import { Pricing } from './pricing.ts';
import { resumption } from './resumption.ts';
import { RoutingTable } from './routing-table.ts';
import { RunningTurns } from './running-turns.ts';
import { createSpawner, type Spawner } from './spawner.ts';
import type { TurnStart } from './turn-parts.ts';

export interface HostOptions {
  /** Read anew for every turn, as keys and settings change while the host lives. */
  readonly surroundings: () => Surroundings | Promise<Surroundings>;
  /** `dist/manifests.json`; absent in tests of foreign services. */
  readonly manifestFile?: string;
  readonly times?: Partial<LinkTimes & MonitorTimes>;
  /** Where the host lives, for whoever watches its services from outside. */
  readonly title?: string;
  /** What others are told of a session that is open here. */
  readonly place?: SessionPlace;
  /** What happens with services the person has not decided about; they are asked when absent (RT-8). */
  readonly consent?: Consent | undefined;
}

export interface RunOptions {
  readonly agent?: string;
  readonly provider?: string;
  readonly model?: string;
  /** Whether somebody can answer questions. */
  readonly interactive: boolean;
  /** False in an untrusted folder. */
  readonly trusted: boolean;
  readonly overrides?: Settings;
}

export interface Delegated {
  /** The name of any agent there is. */
  readonly agent: string;
  readonly instruction: string;
}

/** Disposing of it interrupts the turns that run: they can be resumed, by another host too. */
export interface Host extends AsyncDisposable {
  /** `$AMPLIFIER_HOME` or `~/.amplifier`. */
  readonly home: string;
  readonly sessions: SessionStore;
  readonly approvals: Approvals;
  /** What the person allowed services that are not ours. */
  readonly admissions: Admissions;
  /**
   * Runs one prompt. The iterable gives every event of the turn and of all that is delegated in it (told apart by
   * `session_id`), live ones joined while the reader is slow, and ends after the turn's own `turn.finished`.
   * @throws PatchbayError `config` at once when a turn runs in this session already.
   */
  run(session: Session, prompt: string, options: RunOptions): AsyncIterable<SessionEvent>;
  /**
   * Gives work to an agent as a child of this session: a turn without a loop, whose instruction and result the
   * session's own agent knows from then on (DL-28). The iterable is that of `run`.
   * @throws PatchbayError `config` at once when a turn runs in this session already; an unknown agent fails the turn.
   */
  delegate(session: Session, work: Delegated, options: RunOptions): AsyncIterable<SessionEvent>;
  /** Goes on with a turn that was interrupted or failed, from the last complete message (RT-33). */
  resume(session: Session, options: RunOptions): AsyncIterable<SessionEvent>;
  /** @throws PatchbayError `config` for a question that is unknown or answered. */
  answer(approvalId: string, answer: ApprovalAnswer): { readonly resume?: Session };
  /** Stops the running turn; nothing happens when none runs. */
  cancel(sessionId: string): void;
  /** @throws PatchbayError when no turn runs or its orchestrator takes no text. */
  steer(sessionId: string, text: string): Promise<void>;
  /** Boots the threads a first turn will need, so that it begins as fast as the later ones. */
  warm(request: Parameters<Host['compose']>[0]): Promise<void>;
  isRunning(sessionId: string): boolean;
  /** What a turn would be made of. @throws PatchbayError `config`. */
  compose(request: Omit<ComposeRequest, 'overrides'> & { overrides?: Settings }): Promise<Composition>;
  readonly spawner: Spawner;
  readonly manifests: ManifestCache;
  /** Every service that lives now, or ended in its session's last turn. */
  readonly services: ServiceMonitor;
}

/** @param home where sessions are kept, `$AMPLIFIER_HOME` or `~/.amplifier`. */
export function createHost(home: string, options: HostOptions): Host {
  const secrets = new KnownSecrets();
  const sessions = createSessionStore({
    home,
    secrets,
    onClosed: (id) => void spawner.kept.close(id),
    ...(options.place && { place: options.place }),
  });
  const approvals = new Approvals();
  const admissions = new Admissions(home, options);
  const services = new Monitor(options.times, { secrets, onFirst: () => publication.open() });
  const publication = new Publication(home, services, options.title ?? 'terminal');
  const spawner = createSpawner(options.times, services);
  const manifests = createManifestCache(options.manifestFile);
  const agents = createAgentReader();
  const turns = new RunningTurns({
    home,
    spawner,
    manifests,
    approvals,
    admissions,
    pricing: new Pricing(options.surroundings),
    secrets,
  });
  const composeFor: Host['compose'] = async (request) => {
    const around = await options.surroundings();
    const composition = await compose(around, { overrides: {}, ...request }, agents);
    secrets.learn(composition.secrets);
    return withChosenModel(around, composition, request);
  };

  const delegations = new Delegations({ sessions, approvals, turns, compose: composeFor });

  function begin(session: Session, run: RunOptions, beginning: () => Promise<TurnStart>): EventQueue {
    const queue = new EventQueue();
    const onEvent = (event: SessionEvent) => queue.push(event);
    const overrides = run.overrides ?? {};
    // A child that a person talks to keeps what it was given (DL-31).
    const { policy = {}, ...stored } = ChildConfig.safeParse(session.extra.config).data ?? {};
    turns
      .run({
        session,
        interactive: run.interactive,
        trusted: run.trusted,
        onEvent,
        compose: () => composeFor({ cwd: session.cwd, ...stored, ...given(run) }),
        beginning,
        lineage: ({ agent, settings }) => ({
          root: session,
          path: [agent.name],
          budget: new Budget(`agent "${agent.name}" and all it delegates`, settings.delegation?.budget ?? {}),
          place: undefined,
          policy,
          overrides,
          onEvent,
        }),
        delegations,
      })
      .then(
        () => queue.end(),
        (thrown) => queue.fail(asPatchbayError(thrown)),
      );
    return queue;
  }

  return {
    home,
    sessions,
    approvals,
    admissions,
    spawner,
    manifests,
    services,
    run: (session, text, run) =>
      begin(session, run, async () => {
        await approvals.abandon(session);
        return { kind: 'prompt', text };
      }),
    delegate: (session, { agent, instruction }, run) =>
      begin(session, run, async () => {
        await approvals.abandon(session);
        return { kind: 'delegation', agent, instruction, callId: randomUUID(), isResumed: false };
      }),
    resume: (session, run) => begin(session, run, () => resumption(session, approvals)),
    answer: (approvalId, answer) => approvals.answer(approvalId, answer),
    cancel: (sessionId) => turns.cancel(sessionId),
    async steer(sessionId, text) {
      const turn = turns.turn(sessionId);
      if (!turn)
        throw new PatchbayError('config', 'No turn is running in this session; send it as a prompt.');
      await turn.steer(text);
    },
    async warm(request) {
      const composition = await composeFor(request);
      const known = await Promise.all(
        composition.services.map(async (spec) => [spec.name, await manifests.get(spec)] as const),
      );
      const table = new RoutingTable(
        new Map(known.filter((each): each is [string, Manifest] => each[1] !== undefined)),
      );
      const early = earlyServices(table, composition.provider);
      if (!turns.isClosing)
        await spawner.keepSpares(
          early.flatMap((name) => composition.services.find((spec) => spec.name === name) ?? []),
          composition.settings.spares,
        );
    },
    isRunning: (sessionId) => turns.isRunning(sessionId),
    compose: composeFor,
    async [Symbol.asyncDispose]() {
      await turns[Symbol.asyncDispose]();
      await spawner[Symbol.asyncDispose]();
      await publication[Symbol.asyncDispose]();
      await sessions.close();
    },
  };
}

/** The options that say something: an absent one must not take the place of what is stored. */
function given(run: RunOptions): RunOptions {
  return Object.fromEntries(
    Object.entries(run).filter(([, value]) => value !== undefined),
  ) as unknown as RunOptions;
}
