/** Keeps secrets out of what models see and files keep (RT-51). */
import type { ServiceDefinition } from '../../sdk/index.ts';
import { createRedactionHook } from './redaction.ts';

export function createRedactionService(): ServiceDefinition {
  return {
    name: 'hook-redaction',
    permissions: { read: [], write: [], network: [], child_processes: false },
    hooks: [createRedactionHook()],
  };
}
