/**
 * Loading 1 000 agent files against only reading them and parsing their YAML; and again after one of them changed,
 * against only asking for their times.
 */
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { loadCatalog } from '../../src/definitions/agents/catalog.ts';
import { createAgentReader } from '../../src/definitions/agents/reader.ts';
import { type Measure, timed } from './measure.ts';

const COUNT = 1_000;
const GOAL_MS = { cold: 300, changed: 20 };

export async function agentFiles(count: number): Promise<Measure[]> {
  const root = await mkdtemp(join(tmpdir(), 'patchbay-bench-'));
  const folder = join(root, 'agents');
  await mkdir(folder);
  const file = (index: number) => join(folder, `agent-${index}.md`);
  for (let index = 0; index < COUNT; index += 1) await writeFile(file(index), agentText(index));
  const places = {
    home: root,
    cwd: root,
    productFolder: join(root, 'none'),
    trusted: true,
    environment: {},
    projectFirst: false,
  };
  const files = Array.from({ length: COUNT }, (_, index) => file(index));
  const samples = {
    cold: [] as number[],
    parsed: [] as number[],
    changed: [] as number[],
    asked: [] as number[],
  };
  const reader = createAgentReader();
  const first = await timed(() => loadCatalog(places, reader));
  for (let round = 0; round < count; round += 1) {
    samples.parsed.push(await timed(() => Promise.all(files.map(parsed))));
    samples.cold.push(await timed(() => loadCatalog(places)));
    samples.asked.push(await timed(() => Promise.all(files.map((each) => stat(each)))));
    await writeFile(file(round % COUNT), `${agentText(round)}More, ${round}.\n`);
    samples.changed.push(await timed(() => loadCatalog(places, reader)));
  }
  await rm(root, { recursive: true, force: true });
  const note = (goal: number) => `goal on a quiet machine ${goal} ms`;
  return [
    {
      id: 'P18',
      what: '1 000 agent files, all read',
      unit: 'ms',
      ours: samples.cold,
      baseline: samples.parsed,
      goal: { atMost: 2 },
      note: `${note(GOAL_MS.cold)}; the very first time, nothing compiled yet, ${first.toFixed(0)} ms`,
    },
    {
      id: 'P18',
      what: '1 000 agent files, one changed',
      unit: 'ms',
      ours: samples.changed,
      baseline: samples.asked,
      goal: { atMost: 4 },
      note: note(GOAL_MS.changed),
    },
  ];
}

async function parsed(file: string): Promise<unknown> {
  return parseDocument((await readFile(file, 'utf8')).split('\n---\n', 1)[0]!).toJS();
}

function agentText(index: number): string {
  return `---
meta:
  name: agent-${index}
  description: "Does work of kind ${index}. Use it when such work is to be done."
model_role: [coding, general]
provider_preferences:
  - provider: anthropic
    model: claude-sonnet-*
tools: [read_file, glob, grep, todo]
agents: none
maxTurns: 20
llmTimeout: 5m
---
You do work of kind ${index}.

${'- Look before you act, and say plainly what you did not find.\n'.repeat(20)}`;
}
