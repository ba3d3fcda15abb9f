/** Which file is the agent of a name (DL-4), and that files are read again only when they changed (DL-6). */
import fs from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentPlaces } from '../../../../src/definitions/agents/agent-places.ts';
import { type AgentCatalog, loadCatalog } from '../../../../src/definitions/agents/catalog.ts';
import { createAgentReader } from '../../../../src/definitions/agents/reader.ts';
import { createFolder, type Folder } from '../../../builders/folder.ts';

let root: Folder;
beforeEach(() => {
  root = createFolder();
});
afterEach(() => root[Symbol.dispose]());

const PLACES = {
  user: 'home/agents/critic.md',
  project: 'project/.amplifier/agents/critic.md',
  github: 'project/.github/agents/critic.agent.md',
  claude: 'project/.claude/agents/critic.md',
  shipped: 'product/agents/critic.md',
} as const;

function write(...names: (keyof typeof PLACES)[]) {
  for (const name of names) root.write(PLACES[name], `---\nname: critic\ndescription: ${name}\n---\nHi`);
}

function load(given: Partial<AgentPlaces> = {}): Promise<AgentCatalog> {
  return loadCatalog({
    home: root.at('home'),
    cwd: root.at('project'),
    productFolder: root.at('product'),
    trusted: true,
    environment: {},
    projectFirst: false,
    ...given,
  });
}

const critic = async (given?: Partial<AgentPlaces>) => {
  const { agent, shadows } = (await load(given)).entries.get('critic')!;
  return [`${agent.source}: ${agent.description}`, ...shadows.map(({ file }) => file)];
};

describe('the agent of a name (DL-4)', () => {
  it('is the person’s before the project’s before the shipped one, and says what it shadows', async () => {
    write('user', 'project', 'github', 'claude', 'shipped');
    const { project, github, claude, shipped } = PLACES;
    expect(await critic()).toEqual(['user: user', ...[project, github, claude, shipped].map(root.at)]);
    fs.rmSync(root.at(PLACES.user));
    expect((await critic())[0]).toBe('project: project');
    fs.rmSync(root.at(PLACES.project));
    expect((await critic())[0]).toBe('project: github');
    fs.rmSync(root.at(PLACES.github));
    expect((await critic())[0]).toBe('project: claude');
    fs.rmSync(root.at(PLACES.claude));
    expect(await critic()).toEqual(['shipped: shipped']);
  });

  it('is the project’s first where the setting says so', async () => {
    write('user', 'project');
    expect(await critic({ projectFirst: true })).toEqual(['project: project', root.at(PLACES.user)]);
  });

  it('is never the project’s in a folder that is not trusted', async () => {
    write('project', 'github', 'claude', 'shipped');
    expect(await critic({ trusted: false, projectFirst: true })).toEqual(['shipped: shipped']);
  });

  it('is the file that its variable names before all', async () => {
    write('user');
    root.write('elsewhere/mine.md', '---\ndescription: mine\n---\nHi');
    const environment = { AMPLIFIER_AGENT_CRITIC: root.at('elsewhere/mine.md') };
    expect(await critic({ environment })).toEqual(['environment: mine', root.at(PLACES.user)]);
  });

  it('with dashes has underscores in its variable; the path may begin at home or in the folder', async () => {
    root.write('elsewhere/a.md', 'At home.');
    root.write('project/b.md', 'In the folder.');
    const { entries } = await load({
      environment: {
        HOME: root.path,
        AMPLIFIER_AGENT_ZEN_ARCHITECT: '~/elsewhere/a.md',
        AMPLIFIER_AGENT_OTHER: 'b.md',
        AMPLIFIER_AGENT_EMPTY: '',
        AMPLIFIER_HOME: 'x.md',
      },
    });
    expect([...entries].map(([name, { agent }]) => `${name}=${agent.name}: ${agent.instruction}`)).toEqual([
      'zen-architect=zen-architect: At home.',
      'other=other: In the folder.',
    ]);
  });

  it('from a variable is not one inside a folder that is not trusted, and not one that is not there', async () => {
    root.write('project/sub/evil.md', 'Evil.');
    const environment = { AMPLIFIER_AGENT_EVIL: 'sub/evil.md', AMPLIFIER_AGENT_NONE: root.at('none.md') };
    const { agents, diagnostics } = await load({ environment, trusted: false });
    expect(agents).toEqual([]);
    expect(diagnostics).toMatchObject([
      {
        file: root.at('project/sub/evil.md'),
        message: expect.stringMatching(/AGENT_EVIL names a file of a folder that is not trusted/),
      },
      { file: root.at('none.md'), message: expect.stringMatching(/^Cannot be read: ENOENT/) },
    ]);
  });

  it('that is faulty does not shadow a good one, and stops no other', async () => {
    write('shipped');
    root.write(PLACES.user, '---\nname: [\n---\n');
    root.write('home/agents/other.ai', 'Other.');
    root.write('home/agents/notes.txt', 'None.');
    const { agents, diagnostics } = await load();
    expect(agents.map(({ name, source }) => `${source} ${name}`)).toEqual(['user other', 'shipped critic']);
    expect(diagnostics).toMatchObject([{ file: root.at(PLACES.user) }]);
  });
});

describe('names (DL-3)', () => {
  it('that two files of a folder have are an error of the second', async () => {
    write('user');
    root.write('home/agents/z.md', '---\nname: critic\n---\nHi');
    const { diagnostics } = await load();
    expect(diagnostics).toEqual([
      {
        file: root.at('home/agents/z.md'),
        message: `There is an agent "critic" in ${root.at(PLACES.user)} already; that one is used.`,
        remedy: 'Give one of the two another name.',
      },
    ]);
  });

  it('of agents that do not exist, and an agent that lists itself, are warnings at their place', async () => {
    write('shipped');
    root.write(
      'home/agents/lead.md',
      '---\nagents:\n  - critic\n  - critik\n  - lead\n  - "team:x"\n---\nHi',
    );
    const { agents, diagnostics } = await load();
    expect(agents).toHaveLength(2);
    const file = root.at('home/agents/lead.md');
    expect(diagnostics).toEqual([
      {
        file,
        line: 4,
        column: 5,
        severity: 'warning',
        message: 'There is no agent "critik".',
        remedy: 'Did you mean "critic"?',
      },
      {
        file,
        line: 5,
        column: 5,
        severity: 'warning',
        message: expect.stringMatching(/^"lead" lists itself/),
        remedy: 'Remove the name.',
      },
    ]);
  });
});

describe('a reader of agent files (DL-6)', () => {
  const schema = () => root.at('home/agents/out.json');
  const text = '---\ndescription: d\nusage: u\noutput: {format: json, schemaRef: out.json}\n---\nHi';

  it('gives the same agent until its file changes', async () => {
    const reader = createAgentReader();
    root.write('a.md', 'One.');
    const first = await reader.read(root.at('a.md'), 'user');
    expect(await reader.read(root.at('a.md'), 'user')).toBe(first);
    root.write('a.md', 'Another.');
    expect((await reader.read(root.at('a.md'), 'user')).agent?.instruction).toBe('Another.');
    fs.rmSync(root.at('a.md'));
    expect((await reader.read(root.at('a.md'), 'user')).agent).toBeUndefined();
    root.write('a.md', 'Back.');
    expect((await reader.read(root.at('a.md'), 'user')).agent?.instruction).toBe('Back.');
  });

  it('sees a change of a file that the agent names', async () => {
    const reader = createAgentReader();
    root.write('home/agents/a.md', text);
    const outputSchema = async () =>
      (await reader.read(root.at('home/agents/a.md'), 'user')).agent?.contract?.outputSchema;
    expect(await outputSchema()).toBeUndefined();
    fs.writeFileSync(schema(), '{"type": "string"}');
    expect(await outputSchema()).toEqual({ type: 'string' });
    fs.writeFileSync(schema(), '{"type": "boolean"}');
    expect(await outputSchema()).toEqual({ type: 'boolean' });
  });
});
