/** A host with a home and a folder of its own, whose turns are run to their end and looked at. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import type { Environment } from '../../src/definitions/environment.ts';
import type { Settings } from '../../src/definitions/settings-schema.ts';
import { createHost, type Host, type RunOptions } from '../../src/host/host.ts';
import type { LinkTimes } from '../../src/host/links/link.ts';
import type { MonitorTimes } from '../../src/host/monitor/service-monitor.ts';
import type { Consent } from '../../src/host/permissions/admissions.ts';
import type { EventOf, EventType, SessionEvent } from '../../src/protocol/events.ts';
import type { Session } from '../../src/session/session.ts';
import { servedOverHttp, TOKEN } from './http-services.ts';
import { FIXTURES, type Isolation, type LocalIsolation } from './links.ts';
import { surroundingsOf } from './surroundings.ts';

const repository = path.resolve(import.meta.dirname, '..', '..');

/** Threads for a next turn, which few tests have, would take the processor from other tests. */
const WITHOUT_SPARES: Settings = { spares: { threads: 0 } };

/** The variable that settings name for the token of fixtures over HTTP. */
const TOKEN_VARIABLE = 'TOKEN_OF_FIXTURES';

export interface HostRoom {
  readonly host: Host;
  /** The workspace. */
  readonly folder: string;
  readonly home: string;
  session(): Promise<Session>;
  /** Puts other settings in the place of those there are; the next turn has them. */
  configure(settings: Settings): void;
  /** One prompt, to the end of its turn. The scripted provider answers unless `run` says otherwise. */
  turn(session: Session, prompt: string, run?: Partial<TurnOptions>): Promise<SessionEvent[]>;
}

export interface TurnOptions extends RunOptions {
  /** Called with each event as the turn goes. */
  readonly onEvent: (event: SessionEvent) => void;
}

export interface HostRoomOptions {
  /** Written to `.amplifier/settings.yaml` of the folder. */
  readonly settings?: Settings;
  readonly times?: Partial<LinkTimes & MonitorTimes>;
  readonly environment?: Environment;
  /** A person who allows the fixtures everything, unless the test is about what they are asked (RT-8). */
  readonly consent?: Consent;
}

/** Disposed of with its folders when the test has finished. */
export function openHostRoom(options: HostRoomOptions = {}): HostRoom {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'patchbay-host-')));
  const [home, folder] = [path.join(root, 'home'), path.join(root, 'workspace')];
  fs.mkdirSync(home);
  fs.mkdirSync(path.join(folder, '.amplifier'), { recursive: true });
  const configure = (settings: Settings) =>
    fs.writeFileSync(
      path.join(folder, '.amplifier', 'settings.yaml'),
      stringify({ ...WITHOUT_SPARES, ...settings }),
    );
  configure(options.settings ?? {});
  const host = openHost({ home }, options);
  onTestFinished(async () => {
    await host[Symbol.asyncDispose]();
    fs.rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  });
  return {
    host,
    folder,
    home,
    configure,
    session: () => host.sessions.create({ cwd: folder, agent: 'build' }),
    async turn(session, prompt, { onEvent, ...run } = {}) {
      const events: SessionEvent[] = [];
      const runOptions = { provider: 'scripted', interactive: false, trusted: true, ...run };
      for await (const event of host.run(session, prompt, runOptions)) {
        events.push(event);
        onEvent?.(event);
      }
      return events;
    },
  };
}

/** One more host on the home of a room, as the next window would be. The caller disposes of it. */
export function openHost({ home }: Pick<HostRoom, 'home'>, options: HostRoomOptions = {}): Host {
  return createHost(home, {
    surroundings: () =>
      surroundingsOf({
        home,
        productFolder: repository,
        environment: { ...(options.environment ?? thisEnvironment()), [TOKEN_VARIABLE]: TOKEN },
      }),
    manifestFile: path.join(repository, 'dist', 'manifests.json'),
    times: options.times,
    consent: options.consent ?? 'unheld',
  });
}

export interface Answer {
  readonly text?: string;
  readonly tool_calls?: readonly { readonly name: string; readonly input?: Record<string, unknown> }[];
}

/**
 * Settings under which the scripted provider gives these answers, one for each model call of a turn.
 * @param options.entry its file, where another than the source is wanted
 * @param options.record a file that gets each request as a line of JSON
 */
export function scripted(
  answers: readonly Answer[],
  more: Settings = {},
  options: { readonly entry?: string; readonly record?: string } = {},
): Settings {
  const { entry = path.join(FIXTURES, 'scripted-provider.ts'), record } = options;
  return {
    ...more,
    // The tests' own tools are unknown to the approval hook, and nobody is there to be asked.
    approvals: { mode: 'allow' },
    services: {
      'scripted-provider': {
        entry,
        config: { scripted: { answers, ...(record !== undefined && { record }) } },
      },
      ...more.services,
    },
  };
}

export type ServiceSettings = NonNullable<Settings['services']>[string];

/** A fixture service as settings have it, in a thread or as a process of this very Node. */
export function fixtureService(
  isolation: LocalIsolation,
  file: string,
  env: Record<string, string> = {},
  heapMb?: number,
): ServiceSettings {
  const entry = path.resolve(FIXTURES, file);
  if (isolation === 'thread') return { entry, env, max_heap_mb: heapMb };
  return { command: [process.execPath, ...heapFlags(heapMb), entry], env };
}

/** The same, or served over HTTP by a process of this very Node. */
export async function serviceOn(
  isolation: Isolation,
  file: string,
  env: Record<string, string> = {},
  heapMb?: number,
): Promise<ServiceSettings> {
  if (isolation !== 'http') return fixtureService(isolation, file, env, heapMb);
  const { url } = await servedOverHttp(path.resolve(FIXTURES, file), env, heapFlags(heapMb));
  return { url, token_env: TOKEN_VARIABLE };
}

function heapFlags(heapMb: number | undefined): string[] {
  return heapMb === undefined ? [] : [`--max-old-space-size=${heapMb}`];
}

/** A service on the bare wire that does to each method what `behaviour` says; see the fixture. */
export function wireService(behaviour: object): ServiceSettings {
  const file = path.join(FIXTURES, 'line-service.mjs');
  return { command: [process.execPath, file, JSON.stringify(behaviour)] };
}

/** What the model is told of its calls, in order. */
export function toolResults(session: Pick<Session, 'transcript'>): string[] {
  return session.transcript.filter(({ role }) => role === 'tool').map(({ content }) => String(content));
}

export function ofType<T extends EventType>(events: readonly SessionEvent[], type: T): EventOf<T>[] {
  return events.filter((event): event is EventOf<T> => event.type === type);
}

/** The one `turn.finished` of a turn. @throws Error when it is missing or not the only one. */
export function finished(events: readonly SessionEvent[]): EventOf<'turn.finished'> {
  const [end, ...others] = ofType(events, 'turn.finished');
  if (!end || others.length > 0) throw new Error(`${others.length + (end ? 1 : 0)} turns finished`);
  return end;
}

/** Notices that name this service as their source. */
export function noticesOf(events: readonly SessionEvent[], service: string): EventOf<'notice'>[] {
  return ofType(events, 'notice').filter(({ source }) => source === service);
}

function thisEnvironment(): Environment {
  const entries = Object.entries(process.env).filter(
    (each): each is [string, string] => each[1] !== undefined,
  );
  return Object.fromEntries(entries);
}
