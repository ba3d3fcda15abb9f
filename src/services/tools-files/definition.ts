/** Reading, writing and editing files (RT-50). Needs nothing but the file system. */
import type { ServiceDefinition } from '../../sdk/index.ts';
import { createEditFile } from './edit-file.ts';
import { OneAtATime } from './one-at-a-time.ts';
import { readFile } from './read-file.ts';
import { createWriteFile } from './write-file.ts';

export function createFileTools(): ServiceDefinition {
  const perFile = new OneAtATime();
  return {
    name: 'tools-files',
    permissions: { read: ['.'], write: ['.'], child_processes: false },
    tools: [readFile, createWriteFile(perFile), createEditFile(perFile)],
  };
}
