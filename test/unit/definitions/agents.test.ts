/** The agents of several folders, as a composition takes them. */
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadAgents } from '../../../src/definitions/agents.ts';
import { createFolder, type Folder } from '../../builders/folder.ts';

let folder: Folder;
beforeEach(() => {
  folder = createFolder();
});
afterEach(() => folder[Symbol.dispose]());

describe('the agents of several folders', () => {
  it('are those of the first that has the name, and faults of one do not hide the others', async () => {
    folder.write('mine/build.md', 'My own way.');
    folder.write('mine/broken.md', '---\nname: [\n---\n');
    folder.write('theirs/build.md', 'Their way.');
    folder.write('theirs/notes.txt', 'no agent');
    folder.write('theirs/other.md', 'Other.');
    const { agents, diagnostics } = await loadAgents([
      folder.at('mine'),
      folder.at('none'),
      folder.at('theirs'),
    ]);
    expect(agents.map(({ name, instruction }) => `${name}: ${instruction}`).sort()).toEqual([
      'build: My own way.',
      'other: Other.',
    ]);
    expect(diagnostics).toMatchObject([{ file: folder.at('mine/broken.md') }]);
  });

  it('that ship with us are all valid', async () => {
    const shipped = path.resolve(import.meta.dirname, '../../../agents');
    const { agents, diagnostics } = await loadAgents([shipped]);
    expect(diagnostics).toEqual([]);
    expect(agents.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['build', 'explorer', 'planner', 'coder', 'reviewer', 'researcher']),
    );
    for (const { name, file, description, instruction } of agents) {
      expect(path.basename(file, '.md')).toBe(name);
      expect(description).not.toBe('');
      expect(instruction).not.toBe('');
    }
  });
});
