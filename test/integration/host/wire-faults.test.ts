/**
 * What a peer may do wrong on the bare wire, in whole turns: a tool's fault is told to the model as what it is,
 * and no fault of a guard ever lets a tool run (RT-30, RT-42a).
 */
import { describe, expect, it } from 'vitest';
import {
  finished,
  ofType,
  openHostRoom,
  type ServiceSettings,
  scripted,
  serviceOn,
  toolResults,
  wireService,
} from '../../builders/host-turns.ts';

describe('a tool service', () => {
  const describeIt = { result: { tools: [{ name: 'it' }] } };
  const patience = { tool_ms: 20_000 };
  const haste = { tool_ms: 500 };
  it.each<[string, object | 'silence', { tool_ms: number }, RegExp]>([
    ['gives an error', { error: { code: -32603, message: 'out of paper' } }, patience, /^out of paper$/],
    ['never answers', 'silence', haste, /did not answer tool\.execute within 500 ms/],
    [
      'prints something instead',
      { raw: 'oops, not JSON' },
      haste,
      /did not answer tool\.execute within 500 ms/,
    ],
    ['answers with no result', { result: { success: 'maybe' } }, patience, /success: expected boolean/],
    ['dies in the middle of a line', { half: '{"jsonrpc":"2.0","id":' }, patience, /stopped \(exit code 0\)/],
    ['answers twice', { twice: { success: true, output: 'done' } }, patience, /^done$/],
    [
      'answers with 32 MB of text',
      { megabytes: 32 },
      patience,
      /^A message of 33\d+ bytes .*exceeds the limit/,
    ],
  ])('that %s is told to the model as what it is (RT-30)', async (_what, execute, timeouts, told) => {
    const services = { wire: wireService({ describe: describeIt, 'tool.execute': execute }) };
    const answers = [{ tool_calls: [{ name: 'it' }] }, { text: 'ok' }];
    const room = openHostRoom({ settings: scripted(answers, { services, timeouts }) });
    const session = await room.session();
    const events = await room.turn(session, 'Go');
    expect(finished(events).status).toBe('completed');
    expect(toolResults(session)).toEqual([expect.stringMatching(told)]);
  });
});

describe('a guard that fails never lets a tool run (RT-42a)', () => {
  const hooks = { result: { hooks: [{ name: 'guard', event: 'tool:pre' }] } };
  const guard = (emit: object | 'silence') => wireService({ describe: hooks, 'hook.emit': emit });
  const faults: [string, ServiceSettings][] = [
    ['dies', guard({ exit: 1 })],
    ['hangs', guard('silence')],
    ['prints garbage', guard({ raw: 'CONTINUE' })],
    ['dies in the middle of its answer', guard({ half: '{"id":1,"result":{"action":"CONT' })],
    ['gives an error', guard({ error: { code: -32603, message: 'x' } })],
    ['says it was cancelled', guard({ error: { code: -32002, message: 'x' } })],
    ['answers nothing', guard({ result: null })],
    ['answers an empty object', guard({ result: {} })],
    ['answers an action that does not exist', guard({ result: { action: 'ALLOW' } })],
    ['answers 10 MB of text', guard({ megabytes: 10 })],
    ['is missing', { command: ['no-such-program'], gates: ['tool:pre'] }],
  ];

  it.each(faults)(
    'when it %s: denied when nobody is there, asked when somebody is',
    async (_what, broken) => {
      const room = openHostRoom({
        settings: scripted([{ tool_calls: [{ name: 'echo', input: { n: 1 } }] }, { text: 'ok' }], {
          services: { guard: broken, tools: await serviceOn('thread', 'faulty-tools.ts') },
          timeouts: { hook_ms: 1_500 },
        }),
      });

      const alone = await room.session();
      const denied = await room.turn(alone, 'Go');
      expect(ofType(denied, 'tool.started')).toEqual([]);
      expect(ofType(denied, 'hook.failed')).toMatchObject([
        { service: 'guard', hook_event: 'tool:pre', outcome: 'deny', error: { message: expect.any(String) } },
      ]);
      expect(toolResults(alone)).toEqual([expect.stringMatching(/^Denied by hook: .*stays closed/)]);
      expect(finished(denied).status).toBe('completed');

      const attended = await room.session();
      const asked = await room.turn(attended, 'Go', {
        interactive: true,
        onEvent: (event) => {
          if (event.type === 'approval.requested') room.host.answer(event.approval_id, { choice: 'Deny' });
        },
      });
      expect(ofType(asked, 'approval.requested')).toMatchObject([
        { default: 'deny', subject: { service: 'guard', tool_name: 'echo', tool_input: { n: 1 } } },
      ]);
      expect(ofType(asked, 'tool.started')).toEqual([]);
      expect(toolResults(attended)).toEqual([expect.stringContaining('The person said no')]);
    },
  );
});
