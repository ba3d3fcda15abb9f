/** The tools that give work to other agents (DL-20, AT-1). They only ask: the host runs the children. */
import type { ServiceDefinition } from '../../sdk/index.ts';
import { delegateTool } from './delegate.ts';
import { runAgent } from './run-agent.ts';

export const delegationTools: ServiceDefinition = {
  name: 'tools-delegation',
  permissions: { read: [], write: [], network: [], child_processes: false },
  tools: [delegateTool('delegate'), delegateTool('task'), runAgent],
};
