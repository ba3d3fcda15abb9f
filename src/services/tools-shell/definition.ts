/** Running commands (RT-50). What they start ends with the service at the latest. */
import type { ServiceDefinition } from '../../sdk/index.ts';
import { createBash } from './bash.ts';
import { CommandRunner } from './command-runner.ts';

export function createShellTools(): ServiceDefinition {
  const runner = new CommandRunner();
  return {
    name: 'tools-shell',
    permissions: { read: ['*'], write: ['*'], network: ['*'], child_processes: true },
    tools: [createBash(runner)],
    dispose: () => runner[Symbol.asyncDispose](),
  };
}
