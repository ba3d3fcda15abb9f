/** Where agent files are, first match wins (DL-4). Pure but for listing folders. */
import { readdir } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Diagnostic } from '../diagnostic.ts';
import type { Environment } from '../environment.ts';
import type { AgentSource } from './agent.ts';
import type { MentionPlaces } from './mention-places.ts';
import type { AgentRead } from './read-agent.ts';

export interface AgentPlaces {
  /** `$AMPLIFIER_HOME` or `~/.amplifier`. */
  readonly home: string;
  readonly cwd: string;
  /** The folder of the installed product. */
  readonly productFolder: string;
  /** False in an untrusted folder: nothing of it is read. */
  readonly trusted: boolean;
  readonly environment: Environment;
  /** The setting `agents.project_first`. */
  readonly projectFirst: boolean;
  /** The folder of a bundle by its namespace, for files that agents mention. */
  readonly bundleFolder?: MentionPlaces['bundleFolder'];
  /** Agents of the bundles in use, in order of precedence. */
  readonly bundled?: readonly PlacedFile[];
}

export interface PlacedFile {
  readonly file: string;
  readonly source: AgentSource;
  /** `AMPLIFIER_AGENT_<NAME>` when that names the file. */
  readonly variable?: string;
  /** The bundle it belongs to. */
  readonly namespace?: string;
  /** The file, when that is a definition of amplifier-ipc's: see `Agent`. */
  readonly definition?: string;
  /** Of an agent that is only a part of the file: read already. */
  readonly read?: AgentRead;
}

const VARIABLE = /^AMPLIFIER_AGENT_(\w+)$/;

/** `AMPLIFIER_AGENT_ZEN_ARCHITECT` for `zen-architect`. */
export function variableOf(name: string): string {
  return `AMPLIFIER_AGENT_${name.toUpperCase().replace(/[^\p{L}\p{N}]/gu, '_')}`;
}

/** Every agent file in order of precedence, and the folders that cannot be listed. */
export async function agentFiles(
  places: AgentPlaces,
): Promise<{ files: PlacedFile[]; diagnostics: Diagnostic[] }> {
  const user = [filesOf(join(places.home, 'agents'), 'user')];
  const project = places.trusted
    ? ['.amplifier', '.github', '.claude'].map((name) => filesOf(join(places.cwd, name, 'agents'), 'project'))
    : [];
  const own = places.projectFirst ? [...project, ...user] : [...user, ...project];
  const [shipped, ...found] = await Promise.all([
    filesOf(join(places.productFolder, 'agents'), 'shipped'),
    ...own,
  ]);
  const named = namedByEnvironment(places);
  const bundled = { files: places.bundled ?? [], diagnostics: [] };
  const all = [named, ...found, bundled, shipped];
  return {
    files: all.flatMap(({ files }) => files),
    diagnostics: all.flatMap(({ diagnostics }) => diagnostics),
  };
}

/** Where files may be that agents mention. */
export function mentionPlaces({ home, cwd, trusted, environment, bundleFolder }: AgentPlaces): MentionPlaces {
  return { home, workspace: trusted ? cwd : undefined, personal: personalFolder(environment), bundleFolder };
}

function personalFolder(environment: Environment): string | undefined {
  return environment.HOME ?? environment.USERPROFILE;
}

function namedByEnvironment({ environment, cwd, trusted }: AgentPlaces): {
  files: PlacedFile[];
  diagnostics: Diagnostic[];
} {
  const files: PlacedFile[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const [variable, value] of Object.entries(environment)) {
    if (!VARIABLE.test(variable) || value === '') continue;
    const personal = personalFolder(environment);
    const path = personal !== undefined && /^~[/\\]/.test(value) ? join(personal, value.slice(2)) : value;
    const file = resolve(cwd, path);
    const inside = relative(cwd, file);
    if (!trusted && !isAbsolute(inside) && inside.split(sep)[0] !== '..') {
      const message = `${variable} names a file of a folder that is not trusted.`;
      diagnostics.push({ file, message, remedy: 'Trust the folder, or keep the agent elsewhere.' });
    } else files.push({ file, source: 'environment', variable });
  }
  return { files, diagnostics };
}

/** The agent files of one folder by name; none when there is no such folder. */
export async function filesOf(
  folder: string,
  source: AgentSource,
): Promise<{ files: PlacedFile[]; diagnostics: Diagnostic[] }> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const names = entries
      .filter((entry) => !entry.isDirectory() && /\.(?:md|ai)$/.test(entry.name))
      .map(({ name }) => name);
    return { files: names.sort().map((name) => ({ file: join(folder, name), source })), diagnostics: [] };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { files: [], diagnostics: [] };
    const remedy = 'Make the folder readable.';
    return { files: [], diagnostics: [{ file: folder, message: `Cannot be listed: ${message}.`, remedy }] };
  }
}
