/** Finding files by name and by content with ripgrep (RT-50). */
import type { ServiceDefinition } from '../../sdk/index.ts';
import { glob } from './glob.ts';
import { grep } from './grep.ts';

export const searchTools: ServiceDefinition = {
  name: 'tools-search',
  permissions: { read: ['.'], child_processes: true },
  tools: [glob, grep],
};
