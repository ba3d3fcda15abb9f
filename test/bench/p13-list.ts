/** P13: the list of 500 sessions, against reading the same files and nothing more. */
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createSessionStore } from '../../src/session/store.ts';
import { type Measure, sample, timed } from './measure.ts';

const SESSIONS = 500;
const GOAL_MS = 20;

export async function listing(count: number): Promise<Measure[]> {
  const home = await mkdtemp(join(tmpdir(), 'patchbay-bench-'));
  const making = createSessionStore({ home });
  let folder = '';
  for (let index = 0; index < SESSIONS; index += 1) {
    const session = await making.create({ cwd: home, agent: 'build' });
    session.append({ type: 'prompt', text: `the question number ${index}` });
    folder = dirname(session.folder);
    await session.close();
  }
  const store = createSessionStore({ home });
  const ours = await sample(count, 3, () => timed(() => store.list({ cwd: home })));
  const bare = await sample(count, 3, () =>
    timed(async () => {
      for (const id of readdirSync(folder))
        JSON.parse(readFileSync(join(folder, id, 'metadata.json'), 'utf8'));
    }),
  );
  await rm(home, { recursive: true, force: true });
  const common = { id: 'P13', unit: 'ms', ours };
  return [
    { ...common, what: `list ${SESSIONS} sessions, in ms`, baseline: [GOAL_MS], goal: { atMost: 1 } },
    {
      ...common,
      what: `list ${SESSIONS} sessions, to reading their files`,
      baseline: bare,
      goal: { atMost: 3 },
    },
  ];
}
