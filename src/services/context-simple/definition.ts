/** The conversation in memory, for one turn, fed from the transcript (RT-53). */
import { defineContextManager, type ServiceDefinition } from '../../sdk/index.ts';
import { SimpleContext } from './simple-context.ts';

export const contextSimple: ServiceDefinition = {
  name: 'context-simple',
  permissions: { read: [], write: [], network: [], child_processes: false },
  contextManagers: [defineContextManager({ name: 'simple', create: () => new SimpleContext() })],
};
