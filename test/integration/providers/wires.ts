/** The rows of the contract: each wire API with the service that speaks it, and how its requests read. */
import { isRecord } from '../../../src/protocol/reading.ts';
import type { ServiceDefinition } from '../../../src/sdk/define.ts';
import { anthropicService } from '../../../src/services/provider-anthropic/definition.ts';
import { openaiService } from '../../../src/services/provider-openai/definition.ts';
import { type InProcessService, inProcess } from '../../builders/in-process-service.ts';
import type { ModelServer, SentRequest } from '../../builders/model-server.ts';

export interface Wire {
  readonly name: string;
  readonly service: ServiceDefinition;
  /** Where answers are asked for. */
  readonly path: string;
  /** What the SDK adds to the base URL itself. */
  readonly basePath: string;
  readonly model: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** The system prompt of a request as it was sent. */
  systemOf(body: Record<string, unknown>): unknown;
  /** What is said to the model in the last place, whatever its form. */
  lastOf(body: Record<string, unknown>): unknown;
  /** The tool results of a request, in order. */
  resultsOf(body: Record<string, unknown>): { id: unknown; text: unknown }[];
}

export const ENVIRONMENT = { ANTHROPIC_API_KEY: 'key-of-anthropic', OPENAI_API_KEY: 'key-of-openai' };

export const WIRES: readonly Wire[] = [
  {
    name: 'anthropic',
    service: anthropicService,
    path: '/v1/messages',
    basePath: '',
    model: 'claude-sonnet-5-5',
    config: {},
    systemOf: (body) => list(body.system)[0]?.text,
    lastOf: (body) => list(body.messages).at(-1)?.content,
    resultsOf: (body) =>
      blocksOf(body.messages)
        .filter(({ type }) => type === 'tool_result')
        .map((block) => ({ id: block.tool_use_id, text: list(block.content)[0]?.text })),
  },
  {
    name: 'openai-responses',
    service: openaiService,
    path: '/v1/responses',
    basePath: '/v1',
    model: 'gpt-5.6-terra',
    config: { api: 'responses' },
    systemOf: (body) => body.instructions,
    lastOf: (body) => list(body.input).at(-1)?.content,
    resultsOf: (body) =>
      list(body.input)
        .filter(({ type }) => type === 'function_call_output')
        .map((item) => ({ id: item.call_id, text: item.output })),
  },
  {
    name: 'openai-chat',
    service: openaiService,
    path: '/v1/chat/completions',
    basePath: '/v1',
    model: 'deepseek-r1',
    config: { api: 'chat' },
    systemOf: (body) => list(body.messages).find(({ role }) => role === 'system')?.content,
    lastOf: (body) => list(body.messages).at(-1)?.content,
    resultsOf: (body) =>
      list(body.messages)
        .filter(({ role }) => role === 'tool')
        .map((message) => ({ id: message.tool_call_id, text: message.content })),
  },
];

/** The wire's provider, pointed at a server. */
export async function providerAt(
  wire: Wire,
  server: Pick<ModelServer, 'url'>,
  config: Readonly<Record<string, unknown>> = {},
): Promise<InProcessService> {
  const provider = inProcess(wire.service, { environment: ENVIRONMENT });
  const base_url = `${server.url}${wire.basePath}`;
  await provider.call('configure', {
    config: { [wire.service.name]: { base_url, default_model: wire.model, ...wire.config, ...config } },
  });
  return provider;
}

/** The texts of one kind of notification, in order. */
export function textsOf(provider: InProcessService, name: 'token' | 'thinking'): string[] {
  return provider.notifications
    .filter((notification) => notification.name === `stream.provider.${name}`)
    .map(({ payload }) => (isRecord(payload) ? String(payload.text) : ''));
}

export function bodyOf(request: SentRequest | undefined): Record<string, unknown> {
  if (!isRecord(request?.body)) throw new Error('No request with a body was sent.');
  return request.body;
}

export function list(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** All content blocks of all messages. */
export function blocksOf(messages: unknown): Record<string, unknown>[] {
  return list(messages).flatMap(({ content }) => list(content));
}
