/** Calls one service's tools as the host does, without a line between. */
import type { ToolResult } from '../../src/protocol/data.ts';
import type { Environment } from '../../src/sdk/context.ts';
import type { ServiceDefinition } from '../../src/sdk/define.ts';
import { type HostAnswers, inProcess } from './in-process-service.ts';

export interface ToolCaller {
  /** The whole result. */
  call(name: string, input: Record<string, unknown>, signal?: AbortSignal): Promise<ToolResult>;
  /** The output of a call that must succeed. */
  output(name: string, input: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** The message of a call that must fail. */
  failure(name: string, input: Record<string, unknown>): Promise<string>;
  /** What was shown while calls ran. */
  progress(): string;
}

export interface ToolOptions {
  readonly cwd: string;
  /** For every tool of the service. */
  readonly config?: Record<string, unknown>;
  readonly environment?: Environment;
  readonly host?: HostAnswers;
}

export function toolsOf(service: ServiceDefinition, options: ToolOptions): ToolCaller {
  const running = inProcess(service, { environment: options.environment, host: options.host });
  const config = Object.fromEntries((service.tools ?? []).map(({ name }) => [name, options.config]));
  const configured = options.config ? running.call('configure', { config }) : Promise.resolve();
  const call: ToolCaller['call'] = async (name, input, signal) => {
    await configured;
    return running.call('tool.execute', { name, input, cwd: options.cwd, call_id: 'call-1' }, signal);
  };
  return {
    call,
    async output(name, input) {
      const result = await call(name, input);
      if (!result.success)
        throw new Error(`${name} failed: ${result.error?.message ?? JSON.stringify(result.output)}`);
      return result.output as Record<string, unknown>;
    },
    async failure(name, input) {
      const result = await call(name, input);
      if (result.success) throw new Error(`${name} did not fail: ${JSON.stringify(result.output)}`);
      return result.error?.message ?? '';
    },
    progress: () =>
      running.notifications
        .filter(({ name }) => name === 'stream.tool.progress')
        .map(({ payload }) => (payload as { text?: string }).text ?? '')
        .join(''),
  };
}
