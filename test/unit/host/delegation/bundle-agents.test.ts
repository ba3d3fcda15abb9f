/** Agents of a bundle as those that work is given to: by their own name and by `namespace:name` (DL-20). */
import { expect, it } from 'vitest';
import { allowedAgents, chosenAgent, namedAgent } from '../../../../src/host/delegation/lineage.ts';
import { openBundleRoom } from '../../../builders/bundle-room.ts';

it('work may be given to an agent of a bundle by either name, where the giver names it by either', async () => {
  const room = openBundleRoom({
    'house.yaml':
      'bundle: { name: house }\nagents: { critic: { description: Judges. }, cook: { agents: [house:critic] } }\n',
  });
  room.configure({ bundle: 'house' });
  const { agent: cook, agents } = await room.compose({ agent: 'cook' });
  const lineage = { path: ['cook'], policy: {} };

  const chosen = (agent: string) => chosenAgent({ agent }, cook, agents, lineage, 3).name;

  expect(allowedAgents(cook, agents, {}).map(({ name }) => name)).toEqual(['critic']);
  expect([chosen('critic'), chosen('house:critic')]).toEqual(['critic', 'critic']);
  expect(namedAgent('house:cook', agents)).toBe(cook);
  expect(() => chosen('house:cook')).toThrow('may not delegate');
});
