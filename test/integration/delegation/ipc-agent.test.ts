/** Work given to an agent that is a registered definition of amplifier-ipc's (DL-11, DL-20). */
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { delegate, openDelegationRoom } from '../../builders/delegation.ts';
import { finished, ofType } from '../../builders/host-turns.ts';
import { FIXTURES } from '../../builders/links.ts';

test('it is found by its ref, has its definition’s service and text, and its parent has neither (DL-11)', async () => {
  const room = openDelegationRoom(
    { root: {} },
    {
      go: [{ tool_calls: [delegate('counter', 'letters of abc')] }, { text: 'Asked.' }],
      letters: [{ tool_calls: [{ name: 'count', arguments: { text: 'abc' } }] }, { text: 'Six.' }],
    },
    {
      amplifier_ipc: {
        service_overrides: { counter: { command: [process.execPath, path.join(FIXTURES, 'letters.ts')] } },
      },
    },
  );
  const write = (file: string, text: string) => {
    fs.mkdirSync(path.dirname(path.join(room.home, file)), { recursive: true });
    fs.writeFileSync(path.join(room.home, file), text);
  };
  write('agents.yaml', 'any-alias: agent_counter_1\n');
  write(
    'definitions/agent_counter_1.yaml',
    `agent:
  ref: counter
  uuid: '1'
  description: Counts letters.
  service: { stack: python, source: nowhere, command: counter-serve }
  component_config: { count: { times: 2 } }
`,
  );
  const session = await room.root();

  const events = await room.turn(session, 'go');

  expect(finished(events.filter(({ session_id }) => session_id === session.id)).status).toBe('completed');
  const called = ofType(events, 'tool.finished').filter(({ name }) => name === 'count');
  expect(called).toMatchObject([{ success: true, output: 6, service: 'counter', agent: 'counter' }]);
  expect(ofType(events, 'delegation.finished')).toMatchObject([
    { child_agent: 'counter', status: 'completed' },
  ]);
  const started = ofType(events, 'service.started').filter(({ service }) => service === 'counter');
  expect(started.every(({ session_id }) => session_id !== session.id)).toBe(true);
});
