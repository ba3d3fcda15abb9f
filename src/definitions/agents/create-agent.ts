/** A new agent's file: what a person begins with. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PatchbayError } from '../../protocol/errors.ts';

export function isAgentName(name: string): boolean {
  return /^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u.test(name);
}

/**
 * Writes an agent into a folder that may not exist yet and gives the file's path.
 * @param text absent: the template to begin with
 * @throws PatchbayError `config` when there is such a file already or the name is none
 */
export async function createAgentFile(folder: string, name: string, text = beginning(name)): Promise<string> {
  if (!isAgentName(name)) {
    throw new PatchbayError('config', `"${name}" cannot be the name of an agent.`, {
      remedy: 'Use letters, digits, ".", "_" and "-".',
    });
  }
  const file = join(folder, `${name}.md`);
  await mkdir(folder, { recursive: true });
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new PatchbayError('config', `There is ${file} already.`, {
      remedy: 'Edit it, or choose another name.',
    });
  }
  return file;
}

function beginning(name: string): string {
  return `---
meta:
  name: ${name}
  description: What it does, and when to use it.
# The only tools it may use; without this line, all.
tools: [read_file, glob, grep]
# general, fast, coding, reasoning, …; a list is a chain, the first that fits counts.
model_role: general
# Whom it may give work to: all, none or a list of names.
agents: none
---
You are …

- Say what you found, with its place as \`path:line\`.
`;
}
