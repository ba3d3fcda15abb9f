/** The agent's list of steps (RT-50). Kept in the session's state, since services are born fresh each turn. */
import type { ServiceDefinition } from '../../sdk/index.ts';
import { todo } from './todo.ts';

export const todoTools: ServiceDefinition = {
  name: 'tools-todo',
  permissions: { read: [], write: [], network: [], child_processes: false },
  tools: [todo],
};
