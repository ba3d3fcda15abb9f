/**
 * A thread that uses everything it has at hand against the host, through Comlink's messages and through ours: each
 * try is refused, nothing of it is executed or kept, and whoever else works is not disturbed (RT-30, design §5).
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PatchbayError } from '../../../src/protocol/errors.ts';
import {
  finished,
  fixtureService,
  ofType,
  openHostRoom,
  scripted,
  toolResults,
} from '../../builders/host-turns.ts';
import { type OpenLink, openLink, specOf } from '../../builders/links.ts';

const TRIED = 'tried';
const NO_DATA = /its answer was no data/;
const NO_ANSWER = /has not the form of an answer/;

/** What is tried · what its call gives, or the message of its error · what the log says of it. */
const TRIES: [name: string, outcome: RegExp | string | object, log?: RegExp][] = [
  ['get', TRIED],
  ['set', TRIED],
  ['apply', TRIED],
  ['construct', TRIED],
  ['endpoint', TRIED],
  ['release', NO_DATA],
  ['answer_get', NO_DATA],
  ['answer_proxy', NO_DATA],
  ['answer_throw', /its answer was no data \(boo\)/],
  ['answer_throw_null', NO_DATA],
  ['answer_throw_value', NO_DATA],
  ['answer_handler', NO_DATA],
  ['answer_nothing', NO_ANSWER],
  ['answer_nan', NO_ANSWER],
  ['answer_negative', NO_ANSWER],
  ['answer_twice', 'first'],
  ['answer_port', /"result\.output\.port" is a MessagePort/],
  ['answer_function', 'DataCloneError'],
  ['answer_shared', /"result\.output\.memory" is a Int32Array/],
  ['answer_bigint', /"result\.output\.n" is a bigint/],
  ['answer_circle', /in a circle/],
  ['answer_deep', /nested more than 500 deep/],
  ['answer_holes', /a list with holes/],
  ['answer_map', /"result\.output" is a Map/],
  ['answer_polluted', { constructor: { prototype: { patchbayWasReached: true } } }],
  ['answer_thenable', JSON.parse('{"then":"no function","toJSON":"nor this","hasOwnProperty":1}')],
  ['answer_error', /^it was the neighbour$/],
  ['answer_error_nan', NO_ANSWER],
  ['messages', TRIED, /of an unknown form was ignored/],
  ['notifications', TRIED, /A "log" was ignored: .*in a circle/],
  ['foreign_things', TRIED, /A "log" was ignored: .*"port" is a MessagePort/],
  ['requests', TRIED],
  ['same_id', TRIED],
  ['flood', TRIED],
  ['broadcast', TRIED],
  ['electron', TRIED],
];
/** After these the thread is ended, or its calls run out of time. */
const ENDING: [name: string, how: RegExp][] = [
  ['answer_unreadable', /an unreadable message/],
  ['unreadable_call', /an unreadable message/],
  ['unreadable_message', /an unreadable message/],
  ['answer_huge', /was not given up/],
  ['close_calls', /exit code|was not given up/],
];

/** Every name there is on what a try could reach for, with what stands behind it. */
function fingerprint(): unknown[] {
  const of = (target: object) =>
    Object.entries(Object.getOwnPropertyDescriptors(target)).flatMap(([key, { value, get, set }]) => [
      key,
      value,
      get,
      set,
    ]);
  const natives = [Object, Array, Function, Promise, Map, Error, String];
  return natives.flatMap((native) => [...of(native), ...of(native.prototype)]);
}

const before = fingerprint();
afterEach(() => {
  const after = fingerprint();
  expect(after.length).toBe(before.length);
  expect(after.every((value, index) => Object.is(value, before[index]))).toBe(true);
  expect('patchbayWasReached' in {}).toBe(false);
  expect('patchbayWasReached' in globalThis).toBe(false);
});

const openHostile = async () =>
  openLink(await specOf('thread', 'hostile.ts'), {
    times: { threadStopMs: 200, cancelGraceMs: 200 },
    onRequest: async () => ({ value: null }),
  });
const attempt = ({ link }: OpenLink, name: string, timeoutMs = 10_000) =>
  link.call('tool.execute', { name: `hostile_${name}`, input: {} }, { timeoutMs }).then(
    ({ output }) => output,
    (error: unknown) => error,
  );

describe('a hostile thread reaches nothing of the host when it tries', () => {
  let hostile: OpenLink;
  beforeAll(async () => {
    hostile = await openHostile();
  });
  afterAll(() => hostile[Symbol.asyncDispose]());

  it.each(TRIES)('%s', async (name, outcome, log) => {
    const given = await attempt(hostile, name);

    if (given instanceof PatchbayError) {
      expect(given.message).toMatch(outcome as RegExp);
      expect(given).toMatchObject({ service: 'hostile', kind: expect.stringMatching(/^(protocol|tool)$/) });
    } else expect(given).toEqual(outcome);
    if (log) await expect.poll(() => hostile.logs.join('\n')).toMatch(log);
    // It can still be called as if nothing had been.
    expect(await attempt(hostile, 'get')).toBe(TRIED);
  });
});

describe('a hostile thread is ended, and its calls with it, when it tries', () => {
  it.each(ENDING)('%s', async (name, how) => {
    await using hostile = await openHostile();
    await hostile.link.call('ping', {});
    await attempt(hostile, name, 300);
    // One whose calls cannot be answered any more shows it in the next.
    await attempt(hostile, 'get', 300);
    expect(await hostile.link.exited).toMatchObject({ crashed: true, how: expect.stringMatching(how) });
    expect(await attempt(hostile, 'get')).toMatchObject({ service: 'hostile', kind: 'crashed' });
  });

  it('to close its port: it is stopped all the same (RT-22)', async () => {
    const hostile = await openHostile();
    expect(await attempt(hostile, 'close')).toBe(TRIED);
    await hostile.link.stop();
    expect(await hostile.link.exited).toMatchObject({ crashed: false });
  });
});

describe('a turn with a hostile thread in it', () => {
  const call = (name: string) => ({ name: `hostile_${name}` });
  const echo = (n: number) => ({ name: 'echo', input: { n } });

  it('goes on, with every neighbour right and nothing of the forged in it', async () => {
    const answers = [
      ...[TRIES.slice(0, 18), TRIES.slice(18)].map((tries) => ({
        tool_calls: tries.flatMap(([name], n) => [call(name), echo(n)]),
      })),
      { tool_calls: [call('unreadable_call'), echo(100)] },
      { tool_calls: [call('unreadable_message'), echo(101)] },
      { tool_calls: [call('get'), echo(102)] },
      { text: 'Done.' },
    ];
    const room = openHostRoom({
      settings: scripted(answers, {
        services: {
          hostile: fixtureService('thread', 'hostile.ts'),
          neighbour: fixtureService('thread', 'faulty-tools.ts'),
        },
      }),
    });
    const session = await room.session();

    const events = await room.turn(session, 'Go');

    expect(finished(events).status).toBe('completed');
    const echoes = ofType(events, 'tool.finished').filter(({ name }) => name === 'echo');
    expect(echoes).toHaveLength(TRIES.length + 3);
    expect(echoes.every(({ success }) => success)).toBe(true);
    expect(toolResults(session).at(-2)).toBe(TRIED);
    expect(ofType(events, 'service.crashed').map(({ service }) => service)).toEqual(['hostile', 'hostile']);
    for (const { error, service } of ofType(events, 'tool.finished')) {
      expect(error?.service ?? service).toBe(service);
    }
    expect(ofType(events, 'assistant.message').map(({ text }) => text)).toEqual(['Done.']);
    expect(JSON.stringify(session.transcript)).not.toContain('forged');
  });
});
