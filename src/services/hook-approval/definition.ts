/** The gate before tools (RT-51): rules, questions, and what was answered to them. */
import type { ServiceDefinition } from '../../sdk/index.ts';
import { createApprovalHook } from './approval.ts';

/** One per session and turn: it remembers. */
export function createApprovalService(): ServiceDefinition {
  return {
    name: 'hook-approval',
    permissions: { read: [], write: [], network: [], child_processes: false },
    hooks: [createApprovalHook()],
  };
}
