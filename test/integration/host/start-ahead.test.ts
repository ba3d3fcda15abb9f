/** While a model thinks, what its answer will need is started (RT-21). */
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { isLiving } from '../../../src/protocol/service-status.ts';
import { ANTHROPIC, ENDLESS, openModelRoom } from '../../builders/model-turns.ts';

const EARLY = ['context-simple', 'hook-logging', 'hook-redaction', 'loop-streaming', 'provider-anthropic'];

/** A turn whose model thinks until the test has seen enough, of an agent with this frontmatter. */
async function thinking(frontmatter: string) {
  const room = await openModelRoom(ANTHROPIC, { spares: {}, approvals: { mode: 'ask' } });
  room.server.mock.addFixture({ ...ENDLESS, match: {} });
  const agents = path.join(room.folder, '.amplifier', 'agents');
  fs.mkdirSync(agents, { recursive: true });
  fs.writeFileSync(
    path.join(agents, 'root.md'),
    `---\nname: root\ndescription: Root\n${frontmatter}---\nWork.\n`,
  );
  const session = await room.host.sessions.create({ cwd: room.folder, agent: 'root' });
  let heard = '';
  const turn = room.turn(session, 'go', {
    ...room.run,
    agent: 'root',
    onEvent: (event) => {
      if (event.type === 'assistant.delta') heard += event.text;
    },
  });
  return {
    /** The model has said so much (at 160 characters a second) that whatever is started ahead was. */
    wellUnderWay: () => expect.poll(() => heard.length, { timeout: 10_000 }).toBeGreaterThan(120),
    names(which: 'working' | 'spare') {
      const found = room.host.services
        .list()
        .filter(({ state }) => isLiving({ state }) && (state === 'spare') === (which === 'spare'));
      return found.map(({ service }) => service).toSorted();
    },
    async stop() {
      room.host.cancel(session.id);
      const events = await turn;
      expect(events.some(({ type }) => type === 'tool.started')).toBe(false);
    },
  };
}

test('the guard of its tool calls, and no more for an agent that names nobody to give work to', async () => {
  const turn = await thinking('');
  await expect.poll(() => turn.names('working')).toEqual(['hook-approval', ...EARLY].toSorted());
  await turn.wellUnderWay();
  expect(turn.names('spare')).toEqual([]);
  await turn.stop();
});

test('for one that does, the tools for it and what a child begins with', async () => {
  const turn = await thinking('agents: [explorer]\n');
  await expect.poll(() => turn.names('spare')).toEqual(EARLY);
  expect(turn.names('working')).toEqual(['hook-approval', ...EARLY, 'tools-delegation'].toSorted());
  await turn.stop();
});

test('nothing for an agent without tools', async () => {
  const turn = await thinking('tools: []\n');
  await turn.wellUnderWay();
  expect(turn.names('working')).toEqual(EARLY);
  await turn.stop();
});
