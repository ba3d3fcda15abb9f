/** The method table reads what peers of either specification send (protocol.md §2, §3). */
import { describe, expect, it } from 'vitest';
import {
  HOST_METHODS,
  isHostMethod,
  isServiceMethod,
  SERVICE_METHODS,
} from '../../../src/protocol/methods.ts';

describe('context.get_messages', () => {
  const messages = [{ role: 'user', content: 'hello' }];
  const { result } = SERVICE_METHODS['context.get_messages'];

  it('answers a bare list, or one that is wrapped', () => {
    expect(result.parse(messages)).toEqual(messages);
    expect(result.parse({ messages })).toEqual(messages);
  });

  it('is refused when there is no list', () => {
    expect(result.safeParse({ items: messages }).success).toBe(false);
    expect(result.safeParse(null).success).toBe(false);
  });
});

describe('hook.emit', () => {
  const { result } = SERVICE_METHODS['hook.emit'];

  it('reads the action in either case and gives it in capitals', () => {
    expect(result.parse({ action: 'deny' }).action).toBe('DENY');
    expect(result.parse({ action: 'Inject_Context' }).action).toBe('INJECT_CONTEXT');
  });

  it('reads the nulls the reference sends for what is not set', () => {
    const dumped = { action: 'CONTINUE', data: null, reason: null, injected_messages: [], ephemeral: false };
    expect(result.parse(dumped)).toEqual(dumped);
  });

  it.each([
    ['an action that does not exist', { action: 'ALLOW' }],
    ['no action', {}],
    ['something that looks like consent', { allow: true, success: true }],
    ['text', 'CONTINUE'],
    ['nothing', null],
    ['a list', [{ action: 'CONTINUE' }]],
    ['data that is no object', { action: 'MODIFY', data: 'x' }],
    ['a default that does not exist', { action: 'ASK_USER', approval_default: 'maybe' }],
  ])('is refused with %s, so that no gate opens by it (RT-42a)', (_what, value) => {
    expect(result.safeParse(value).success).toBe(false);
  });
});

it('orchestrator.execute fills what its configuration leaves out', () => {
  const read = SERVICE_METHODS['orchestrator.execute'].params.parse({
    prompt: 'hi',
    system_prompt: '',
    config: { tools: [{ name: 'grep', input_schema: { type: 'object' } }] },
  });
  expect(read.config).toMatchObject({
    hooks: [],
    provider_name: 'unknown',
    tools: [{ name: 'grep', description: '', parameters: { type: 'object' } }],
  });
});

it('state takes any JSON and nothing else', () => {
  const { params } = HOST_METHODS['request.state_set'];
  expect(params.safeParse({ key: 'a', value: { b: [1, null, 'x', true] } }).success).toBe(true);
  expect(params.safeParse({ key: 'a', value: undefined }).success).toBe(false);
  expect(params.safeParse({ key: 'a', value: () => 1 }).success).toBe(false);
  expect(params.safeParse({ value: 1 }).success).toBe(false);
});

it('an approval asks with options, a time limit and "deny" as its default', () => {
  expect(HOST_METHODS['request.approval'].params.parse({ prompt: 'Run it?' })).toEqual({
    prompt: 'Run it?',
    options: ['Allow once', 'Deny'],
    timeout_s: 300,
    default: 'deny',
    subject: {},
  });
});

it('only rows of the table are methods, each of one direction', () => {
  expect(isServiceMethod('tool.execute')).toBe(true);
  expect(isServiceMethod('request.tool_execute')).toBe(false);
  expect(isHostMethod('request.tool_execute')).toBe(true);
  expect(isHostMethod('tool.execute')).toBe(false);
  expect(isServiceMethod('toString') || isHostMethod('__proto__')).toBe(false);
});
