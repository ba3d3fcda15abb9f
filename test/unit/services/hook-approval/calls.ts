/** Tool calls and surroundings as the approval hook sees them. */
import type { ApprovalRule } from '../../../../src/protocol/approvals.ts';
import { pathPlatform } from '../../../../src/sdk/path-syntax.ts';
import {
  type Decision,
  decide,
  type Memory,
  type Mode,
} from '../../../../src/services/hook-approval/decide.ts';
import type { Call, Surroundings } from '../../../../src/services/hook-approval/subject.ts';

export const onLinux: Surroundings = {
  workspace: '/home/ann/app',
  home: '/home/ann',
  platform: pathPlatform('linux'),
};
export const onWindows: Surroundings = {
  workspace: 'C:\\work\\app',
  home: 'C:\\Users\\ann',
  platform: pathPlatform('win32'),
};
export const nothingRemembered: Memory = { allowed: [], denied: [] };

export function call(tool: string, input: Record<string, unknown>, more: Partial<Call> = {}): Call {
  const read_only = /^(read_file|glob|grep|todo)$/.test(tool);
  return { tool, input, agent: 'root', annotations: { read_only }, cwd: onLinux.workspace, ...more };
}

export function bash(command: string): Call {
  return call('bash', { command });
}

export function decideOn(
  subject: Call | string,
  given: { rules?: readonly ApprovalRule[]; mode?: Mode; memory?: Memory; around?: Surroundings } = {},
): Decision {
  const { rules = [], mode = 'ask', memory = nothingRemembered, around = onLinux } = given;
  const judged = typeof subject === 'string' ? { ...bash(subject), cwd: around.workspace } : subject;
  return decide(judged, { rules, mode }, memory, around);
}

/** `allow`, `deny`, or `ask`. */
export function kindOf(...args: Parameters<typeof decideOn>): Decision['kind'] {
  return decideOn(...args).kind;
}

export function allowBash(pattern: string): ApprovalRule {
  return { tool: 'bash', pattern, action: 'allow' };
}
