/** What other programs' agent files say, in our keys. What has no like here is kept and reported (DL-5). */
import { basename, dirname } from 'node:path';
import type { Note } from '../placed-yaml.ts';
import type { AgentFormat } from './agent.ts';

export interface Translation {
  /** With our keys, and those that are neither ours nor the dialect's. */
  readonly known: Readonly<Record<string, unknown>>;
  /** The dialect's own keys. */
  readonly extra: Readonly<Record<string, unknown>>;
  readonly notes: readonly Note[];
}

/** By the file's name and the folder it is in. */
export function formatOf(file: string): AgentFormat {
  if (file.endsWith('.ai')) return 'ai';
  const folder = basename(dirname(dirname(file)));
  if (file.endsWith('.agent.md') || folder === '.github') return 'vscode';
  return folder === '.claude' ? 'claude' : 'amplifier';
}

/** The name of a file that says no other. */
export function nameOfFile(file: string): string {
  return basename(file).replace(/(?:\.agent)?\.md$|\.ai$/, '');
}

export function translate(content: Readonly<Record<string, unknown>>, format: AgentFormat): Translation {
  switch (format) {
    case 'amplifier':
      return { known: content, extra: {}, notes: [] };
    case 'ai':
      return { known: { ...content, ...listed(content, 'tools') }, extra: {}, notes: [] };
    case 'claude':
      return foreign(content, CLAUDE);
    case 'vscode':
      return foreign(content, VSCODE);
    default:
      return format satisfies never;
  }
}

interface Dialect {
  readonly program: string;
  readonly tools: Readonly<Record<string, readonly string[]>>;
  /** What its `model` means here; null: nothing. */
  model(name: string): object | null;
  /** Keys that mean the same here. */
  readonly ours: readonly string[];
}

const CLAUDE: Dialect = {
  program: 'Claude',
  tools: {
    Read: ['read_file'],
    Write: ['write_file'],
    Edit: ['edit_file'],
    MultiEdit: ['edit_file'],
    Glob: ['glob'],
    LS: ['glob'],
    Grep: ['grep'],
    Bash: ['bash'],
    TodoWrite: ['todo'],
    TodoRead: ['todo'],
    Task: ['delegate'],
    Agent: ['delegate'],
  },
  model: (name) => {
    if (name === 'inherit') return {};
    const model = ['opus', 'sonnet', 'haiku'].includes(name) ? `claude-*${name}*` : name;
    return { provider_preferences: [{ provider: 'anthropic', model }] };
  },
  ours: ['name', 'description', 'maxTurns'],
};

const VSCODE: Dialect = {
  program: 'VS Code',
  tools: {
    read: ['read_file'],
    readFile: ['read_file'],
    edit: ['edit_file', 'write_file'],
    editFiles: ['edit_file', 'write_file'],
    createFile: ['write_file'],
    search: ['glob', 'grep'],
    codebase: ['glob', 'grep'],
    textSearch: ['grep'],
    fileSearch: ['glob'],
    listDirectory: ['glob'],
    usages: ['grep'],
    execute: ['bash'],
    shell: ['bash'],
    runCommands: ['bash'],
    runInTerminal: ['bash'],
    runTests: ['bash'],
    todo: ['todo'],
    todos: ['todo'],
    agent: ['delegate'],
    runSubagent: ['delegate'],
  },
  // It names models of the editor ("GPT-5 (copilot)"), which no provider here knows.
  model: () => null,
  ours: ['name', 'description', 'agents'],
};

function foreign(content: Readonly<Record<string, unknown>>, dialect: Dialect): Translation {
  const known: Record<string, unknown> = {};
  const extra: Record<string, unknown> = {};
  const notes: Note[] = [];
  const keep = (key: string) => {
    extra[key] = content[key];
    const message = `"${key}" is a key for ${dialect.program} that has no like here.`;
    notes.push({
      path: [key],
      at: 'key',
      severity: 'information',
      message,
      remedy: 'It is kept and not used.',
    });
  };
  for (const [key, value] of Object.entries(content)) {
    if (key === 'tools') {
      const names = listed(content, 'tools').tools;
      if (Array.isArray(names)) known.tools = toolsOf(names, dialect, notes);
      else known.tools = value;
    } else if (key === 'model' && typeof value === 'string' && dialect.model(value) !== null) {
      Object.assign(known, dialect.model(value));
    } else if (key === 'agents' && dialect.ours.includes(key)) {
      known.agents = value === '*' || (Array.isArray(value) && value.includes('*')) ? 'all' : value;
    } else if (key === 'name' && typeof value === 'string') known.name = value.trim().replace(/\s+/g, '-');
    else if (dialect.ours.includes(key)) known[key] = value;
    else keep(key);
  }
  return { known, extra, notes };
}

function toolsOf(names: readonly unknown[], dialect: Dialect, notes: Note[]): unknown[] {
  const tools = names.flatMap((name, index): unknown[] => {
    if (typeof name !== 'string') return [name];
    const about = (message: string, remedy: string) =>
      notes.push({ path: ['tools', index], severity: 'warning', message, remedy });
    // Claude's `Bash(git:*)`, VS Code's `search/codebase`.
    const [, plain = name, pattern] = /^([^(]*)(\(.*\))?$/s.exec(name) ?? [];
    const ours = [plain, plain.slice(plain.lastIndexOf('/') + 1)]
      .filter((each) => Object.hasOwn(dialect.tools, each))
      .map((each) => dialect.tools[each]!)[0];
    if (ours && pattern !== undefined) {
      about(
        `"${name}" is read as "${plain}", without its pattern.`,
        'Write an approval rule for what it should hold back.',
      );
    }
    if (ours) return [...ours];
    if (Object.values(dialect.tools).some((each) => each.includes(plain))) return [plain];
    if (!plain.startsWith('mcp__')) {
      const severity = 'information';
      const message = `"${name}" is a tool of ${dialect.program} that has no like here.`;
      notes.push({ path: ['tools', index], severity, message, remedy: 'The agent works without it.' });
    }
    return [name];
  });
  return [...new Set(tools)];
}

/** `Read, Grep` is a list too. */
function listed(content: Readonly<Record<string, unknown>>, key: string): Record<string, unknown> {
  const value = content[key];
  if (typeof value !== 'string') return Object.hasOwn(content, key) ? { [key]: value } : {};
  const names = value.split(/,(?![^(]*\))/).map((name) => name.trim());
  return { [key]: names.filter((name) => name !== '') };
}
