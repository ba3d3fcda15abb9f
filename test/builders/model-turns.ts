/** Whole turns against a server that stands in for a model's: real providers in real threads (RT-41, RT-52). */
import { onTestFinished } from 'vitest';
import type { Settings } from '../../src/definitions/settings-schema.ts';
import type { RunOptions } from '../../src/host/host.ts';
import { type HostRoom, openHostRoom } from './host-turns.ts';
import { type ModelServer, startModelServer } from './model-server.ts';

export interface ModelWire {
  readonly wire: string;
  readonly provider: 'anthropic' | 'openai';
  readonly model: string;
  /** Where answers are asked for. */
  readonly path: string;
  /** What the SDK adds to the base URL itself. */
  readonly basePath: string;
  readonly config: Readonly<Record<string, string>>;
}

export const MODEL_WIRES: readonly ModelWire[] = [
  {
    wire: 'anthropic',
    provider: 'anthropic',
    model: 'claude-sonnet-5-5',
    path: '/v1/messages',
    basePath: '',
    config: {},
  },
  {
    wire: 'openai responses',
    provider: 'openai',
    model: 'gpt-5.6-terra',
    path: '/v1/responses',
    basePath: '/v1',
    config: { api: 'responses' },
  },
  {
    wire: 'openai chat',
    provider: 'openai',
    model: 'deepseek-r1',
    path: '/v1/chat/completions',
    basePath: '/v1',
    config: { api: 'chat' },
  },
];
export const ANTHROPIC = MODEL_WIRES[0]!;

export const KEYS = { ANTHROPIC_API_KEY: 'key-of-anthropic', OPENAI_API_KEY: 'key-of-openai' };

export interface ModelRoom extends HostRoom {
  readonly server: ModelServer;
  /** To run a turn with the wire's provider and model. */
  readonly run: RunOptions;
}

/** Closed when the test has finished, after the host. */
export async function openModelRoom(
  wire: ModelWire = ANTHROPIC,
  settings: Settings = {},
): Promise<ModelRoom> {
  const server = await startModelServer();
  onTestFinished(() => server[Symbol.asyncDispose]());
  const room = openHostRoom({
    settings: { approvals: { mode: 'allow' }, ...settings, ...providerSettings(wire, server) },
    environment: { ...pathOnly(), ...KEYS },
  });
  const run: RunOptions = { provider: wire.provider, model: wire.model, interactive: false, trusted: true };
  return { ...room, server, run };
}

/** Settings that point the wire's provider at a server. */
export function providerSettings(wire: ModelWire, { url }: Pick<ModelServer, 'url'>): Settings {
  return { providers: { [wire.provider]: { base_url: `${url}${wire.basePath}`, ...wire.config } } };
}

/** An answer that ends only after the test: long, and slow enough to be stopped in the middle. */
export const ENDLESS = {
  response: { content: 'And then there was another word, and after it one more. '.repeat(40) },
  streamingProfile: { ttft: 0, tps: 40 },
} as const;

function pathOnly(): Record<string, string> {
  return { PATH: process.env.PATH ?? '' };
}
