/** A log of what happened, for people and programs that look at sessions from outside (RT-51). */
import type { ServiceDefinition } from '../../sdk/index.ts';
import { LogFiles } from './log-files.ts';
import { createLoggingHook } from './logging.ts';

export function createLoggingService(): ServiceDefinition {
  const files = new LogFiles();
  return {
    name: 'hook-logging',
    permissions: { read: [], write: ['~/.amplifier/logs'], network: [], child_processes: false },
    hooks: [createLoggingHook(files)],
    dispose: () => files[Symbol.asyncDispose](),
  };
}
