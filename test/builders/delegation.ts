/** Turns that delegate: agents as files, and a scripted model that answers each by its instruction. */
import fs from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import type { Settings } from '../../src/definitions/settings-schema.ts';
import type { Session } from '../../src/session/session.ts';
import { fixtureService, type HostRoom, openHostRoom } from './host-turns.ts';

interface Step {
  readonly text?: string;
  readonly tool_calls?: readonly { readonly name: string; readonly arguments?: Record<string, unknown> }[];
  readonly error?: { readonly kind: string; readonly message: string };
  readonly usage?: { readonly input_tokens: number; readonly output_tokens: number };
}

/** The steps of whoever is asked something that contains the key; the first that fits. */
export type Play = Readonly<Record<string, readonly Step[]>>;

/** Frontmatter and instruction of agents by name. */
export type Cast = Readonly<Record<string, { readonly [key: string]: unknown; readonly body?: string }>>;

export interface DelegationRoom extends HostRoom {
  /** Root that runs the agent `root`. */
  root(): Promise<Session>;
  /** Makes the script anew; the next turn has it. */
  play(play: Play): void;
  /** Other settings beside those of the room; the next turn has them. */
  configure(settings: Settings): void;
}

/** A room whose folder has these agents; `hold` and `note` of the held tools are there for all. */
export function openDelegationRoom(cast: Cast, play: Play, settings: Settings = {}): DelegationRoom {
  const script = (file: string, from: Play) => {
    const conversations = Object.entries(from).map(([match, turns]) => ({ match, turns }));
    fs.writeFileSync(file, stringify({ tokens_per_second: 100_000, conversations }));
  };
  const room = openHostRoom();
  const file = path.join(room.home, 'play.replay.yaml');
  script(file, play);
  const configure = (more: Settings) =>
    room.configure({
      ...more,
      provider: 'replay',
      providers: { replay: { script: file } },
      approvals: { mode: 'allow' },
      services: { 'held-tools': fixtureService('thread', 'held-tools.ts'), ...more.services },
    });
  configure(settings);
  const agents = path.join(room.folder, '.amplifier', 'agents');
  fs.mkdirSync(agents, { recursive: true });
  for (const [name, { body = `You are ${name}.`, ...data }] of Object.entries(cast)) {
    const frontmatter = { name, description: `The ${name}`, ...data };
    fs.writeFileSync(path.join(agents, `${name}.md`), `---\n${stringify(frontmatter)}---\n${body}\n`);
  }
  return {
    ...room,
    root: () => room.host.sessions.create({ cwd: room.folder, agent: 'root' }),
    turn: (session, prompt, run) =>
      room.turn(session, prompt, { provider: undefined, agent: session.head.agent, ...run }),
    play: (next) => script(file, next),
    configure,
  };
}

/** A call of `delegate`. */
export const delegate = (agent: string, instruction: string, more: Record<string, unknown> = {}) => ({
  name: 'delegate',
  arguments: { agent, instruction, ...more },
});
