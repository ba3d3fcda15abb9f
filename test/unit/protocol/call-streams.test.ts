/** Notifications find the call they belong to (protocol.md §1, "order"). */
import { expect, it } from 'vitest';
import { CallStreams } from '../../../src/protocol/call-streams.ts';

function opened(streams: CallStreams, params: unknown = {}) {
  const heard: unknown[] = [];
  const stream = streams.open(params, (name, payload) => heard.push([name, payload]));
  return { stream, heard, id: stream.params.call_id };
}

it('a call’s parameters are kept, and its id added', () => {
  const { stream } = opened(new CallStreams('h'), { name: 'grep' });
  expect(stream.params).toEqual({ name: 'grep', call_id: expect.stringMatching(/^h/) });
  expect(opened(new CallStreams('h'), undefined).stream.params).toHaveProperty('call_id');
});

it('what names a call goes to that call and no other', () => {
  const streams = new CallStreams('h');
  const [one, two] = [opened(streams), opened(streams)];
  expect(one.id).not.toBe(two.id);
  expect(streams.deliver('stream.token', { text: 'a', call_id: two.id })).toBe(true);
  expect(one.heard).toEqual([]);
  expect(two.heard).toEqual([['stream.token', { text: 'a', call_id: two.id }]]);
});

it('what names no call goes to the only one open', () => {
  const streams = new CallStreams('h');
  const one = opened(streams);
  expect(streams.deliver('stream.token', { text: 'a' })).toBe(true);
  expect(streams.deliver('ping', undefined)).toBe(true);
  expect(one.heard).toHaveLength(2);
});

it('what names no call is not guessed when several are open, or none', () => {
  const streams = new CallStreams('h');
  expect(streams.deliver('stream.token', { text: 'a' })).toBe(false);
  const [one, two] = [opened(streams), opened(streams)];
  expect(streams.deliver('stream.token', { text: 'a' })).toBe(false);
  expect([...one.heard, ...two.heard]).toEqual([]);
});

it('a closed call hears nothing more', () => {
  const streams = new CallStreams('h');
  const one = opened(streams);
  one.stream[Symbol.dispose]();
  expect(streams.deliver('stream.token', { text: 'late', call_id: one.id })).toBe(false);
  expect(one.heard).toEqual([]);
});

it('an id that nobody gave out is nobody’s', () => {
  const streams = new CallStreams('h');
  const one = opened(streams);
  expect(streams.deliver('stream.token', { text: 'a', call_id: 'invented' })).toBe(false);
  expect(one.heard).toEqual([]);
});
