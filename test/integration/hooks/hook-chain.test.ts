/**
 * One chain of hooks through services of three kinds: a thread, a Node process and a Python process. What each
 * answers acts at every hook point, whoever it comes from (RT-12, RT-42, protocol.md §7).
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ChatRequest } from '../../../src/protocol/data.ts';
import type { HookResult } from '../../../src/protocol/hooks.ts';
import type { Session } from '../../../src/session/session.ts';
import {
  finished,
  fixtureService,
  type HostRoom,
  ofType,
  openHostRoom,
  scripted,
} from '../../builders/host-turns.ts';
import { FIXTURES } from '../../builders/links.ts';
import { watch } from '../../builders/running-turn.ts';

interface ChainHook {
  readonly name: string;
  readonly priority: number;
  readonly answers: Readonly<Record<string, Partial<HookResult>>>;
}
interface HookCall {
  readonly hook: string;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}
interface Chain {
  readonly python?: readonly ChainHook[];
  readonly process?: readonly ChainHook[];
  readonly thread?: readonly ChainHook[];
}

const POINTS = ['prompt:submit', 'provider:request', 'tool:pre', 'tool:post'] as const;
/** A message of the user would begin the provider's script anew. */
const SYSTEM = { context_injection_role: 'system' } as const;
const GO_ON = { action: 'CONTINUE' } as const;
const python = ['python3', 'python'].find((name) => spawnSync(name, ['--version']).status === 0);

const hook = (name: string, priority: number, answers: ChainHook['answers']): ChainHook => ({
  name,
  priority,
  answers,
});
const everywhere = (answer: Partial<HookResult>): ChainHook['answers'] =>
  Object.fromEntries(POINTS.map((event) => [event, answer]));

/** A model that notes "milk" and then ends; the hooks of the chain stand around it. */
function openRoom(chain: Chain) {
  const env = (hooks: readonly ChainHook[] = []) => ({ CHAIN_HOOKS: JSON.stringify(hooks) });
  const script = path.join(FIXTURES, 'chain_hooks.py');
  const services = {
    'held-tools': fixtureService('thread', 'held-tools.ts'),
    // Not in the order of their priorities.
    'thread-hooks': { ...fixtureService('thread', 'chain-hooks.ts'), env: env(chain.thread) },
    'process-hooks': { ...fixtureService('process', 'chain-hooks.ts'), env: env(chain.process) },
    'python-hooks': { command: [python ?? 'python3', script], env: env(chain.python) },
  };
  const records = fs.mkdtempSync(path.join(os.tmpdir(), 'patchbay-chain-'));
  onTestFinished(() => fs.rmSync(records, { recursive: true, force: true, maxRetries: 5 }));
  const record = path.join(records, 'requests.jsonl');
  const answers = [{ tool_calls: [{ name: 'note', input: { text: 'milk' } }] }, { text: 'Done.' }];
  const room = openHostRoom({ settings: scripted(answers, { services }, { record }) });
  return {
    room,
    calls: () => linesOf<HookCall>(path.join(room.folder, 'hook-calls.jsonl')),
    requests: () => linesOf<ChatRequest>(record),
  };
}

function linesOf<T>(file: string): T[] {
  if (!fs.existsSync(file)) return [];
  return fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T);
}

const notes = ({ folder }: HostRoom) => {
  const file = path.join(folder, 'notes.txt');
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined;
};
const toolContent = ({ transcript }: Session) => transcript.find(({ role }) => role === 'tool')?.content;

describe('a chain through a thread, a Node process and Python', { timeout: 60_000 }, () => {
  test('calls each handler once for each event, by priority across the services', async () => {
    const { room, calls } = openRoom({
      python: [hook('first', 10, everywhere(GO_ON))],
      process: [hook('second', 20, everywhere(GO_ON)), hook('fourth', 400, everywhere(GO_ON))],
      thread: [hook('third', 30, everywhere(GO_ON))],
    });

    const events = await room.turn(await room.session(), 'note it');

    // The hooks of one service run at the place of its first.
    const order = ['first', 'second', 'fourth', 'third'];
    const passes = ['prompt:submit', 'provider:request', 'tool:pre', 'tool:post', 'provider:request'];
    expect(calls().map((call) => [call.event, call.hook])).toEqual(
      passes.flatMap((event) => order.map((name) => [event, name])),
    );
    expect(ofType(events, 'hook.decided')).toEqual([]);
    expect(notes(room)).toBe('milk\n');
  });

  test('hands a change on to whoever comes after, at each point, and never loses it to a CONTINUE', async () => {
    const { room, calls, requests } = openRoom({
      python: [
        hook('python', 10, {
          'prompt:submit': { action: 'MODIFY', data: { prompt: 'note it politely' } },
          'provider:request': { action: 'MODIFY', data: { model: 'script-python' } },
          'tool:pre': { action: 'MODIFY', data: { tool_input: { text: 'oat milk' } } },
          'tool:post': { action: 'MODIFY', data: { result: { success: true, output: 'by Python' } } },
        }),
      ],
      process: [
        hook('process', 20, {
          ...everywhere({ action: 'MODIFY', data: { seen_by: 'process' } }),
          'tool:post': { action: 'MODIFY', data: { result: { success: true, output: 'by Node' } } },
        }),
      ],
      thread: [hook('thread', 30, everywhere(GO_ON))],
    });
    const session = await room.session();

    const events = await room.turn(session, 'note it');

    const foundBy = (name: string, event: string) =>
      calls().find((call) => call.hook === name && call.event === event)?.data;
    for (const name of ['process', 'thread']) {
      expect(foundBy(name, 'prompt:submit')).toMatchObject({ prompt: 'note it politely' });
      expect(foundBy(name, 'provider:request')).toMatchObject({ model: 'script-python' });
      expect(foundBy(name, 'tool:pre')).toMatchObject({ tool_input: { text: 'oat milk' } });
    }
    expect(foundBy('process', 'tool:post')).toMatchObject({ result: { output: 'by Python' } });
    expect(foundBy('thread', 'tool:post')).toMatchObject({ result: { output: 'by Node' } });
    expect(foundBy('thread', 'tool:pre')).toMatchObject({ seen_by: 'process' });

    expect(session.transcript[0]).toMatchObject({ role: 'user', content: 'note it politely' });
    expect(requests().map(({ model }) => model)).toEqual(['script-python', 'script-python']);
    expect(notes(room)).toBe('oat milk\n');
    expect(toolContent(session)).toBe('by Node');
    expect(ofType(events, 'hook.decided').find(({ hook_event }) => hook_event === 'tool:pre')).toMatchObject({
      action: 'MODIFY',
      service: 'python-hooks',
      before: { tool_input: { text: 'milk' } },
      after: { tool_input: { text: 'oat milk' } },
    });
  });

  test.each(POINTS)('at %s asks nobody after a DENY, which beats a question before it', async (event) => {
    const { room, calls } = openRoom({
      python: [hook('asks', 10, { [event]: { action: 'ASK_USER', approval_prompt: 'Really?' } })],
      process: [hook('denies', 20, { [event]: { action: 'DENY', reason: 'closed today' } })],
      thread: [hook('never', 30, { [event]: GO_ON })],
    });
    const session = await room.session();

    const events = await room.turn(session, 'note it', { interactive: true });

    expect(new Set(calls().map((call) => call.hook))).toEqual(new Set(['asks', 'denies']));
    expect(ofType(events, 'approval.requested')).toEqual([]);
    const isOfTool = event.startsWith('tool:');
    expect(finished(events).status).toBe(isOfTool ? 'completed' : 'denied');
    if (isOfTool) expect(toolContent(session)).toContain('closed today');
    else expect(finished(events).error?.message).toContain('closed today');
    expect(notes(room)).toBe(event === 'tool:post' ? 'milk\n' : undefined);
    expect(ofType(events, 'model.called').length).toBe(isOfTool ? 2 : 0);
  });

  test('asks the first question once, with what later hooks changed and added', async () => {
    const { room, calls, requests } = openRoom({
      python: [hook('asks', 10, { 'tool:pre': { action: 'ASK_USER', approval_prompt: 'Write it?' } })],
      process: [
        hook('changes', 20, { 'tool:pre': { action: 'MODIFY', data: { tool_input: { text: 'tea' } } } }),
      ],
      thread: [
        hook('adds', 30, {
          'tool:pre': { action: 'INJECT_CONTEXT', context_injection: 'Notes are public.', ...SYSTEM },
        }),
        hook('asks too', 40, { 'tool:pre': { action: 'ASK_USER', approval_prompt: 'And really?' } }),
      ],
    });
    const running = watch(
      room.host.run(await room.session(), 'note it', {
        provider: 'scripted',
        interactive: true,
        trusted: true,
      }),
    );

    const asked = await running.until('approval.requested');
    expect(asked).toMatchObject({
      prompt: 'Write it?',
      subject: { hook: 'asks', service: 'python-hooks', tool_input: { text: 'tea' } },
    });
    expect(calls().map((call) => call.hook)).toEqual(['asks', 'changes', 'adds', 'asks too']);
    expect(notes(room)).toBeUndefined();
    room.host.answer(asked.approval_id, { choice: 'Allow once' });
    const events = await running.ended;

    expect(ofType(events, 'approval.requested')).toHaveLength(1);
    expect(notes(room)).toBe('tea\n');
    expect(requests()[1]?.messages.at(-1)).toMatchObject({ role: 'system', content: 'Notes are public.' });
  });

  test('collects what is added: role, ephemeral and hiding from the first, all texts in order', async () => {
    const add = (text: string, more: Partial<HookResult> = {}) => ({
      action: 'INJECT_CONTEXT' as const,
      context_injection: text,
      ...more,
    });
    const { room, requests } = openRoom({
      python: [
        hook('python', 10, {
          'prompt:submit': add('Speak softly.', { context_injection_role: 'system', ephemeral: true }),
          'tool:pre': add('It costs 1 €.', { suppress_output: true, ...SYSTEM }),
          'tool:post': add('Checked by Python.'),
        }),
      ],
      process: [
        hook('process', 20, {
          'prompt:submit': add('It is Friday.', { context_injection_role: 'user', ephemeral: false }),
          'tool:post': add('Checked by Node.', { append_to_last_tool_result: true }),
        }),
      ],
      thread: [
        hook('thread', 30, {
          'prompt:submit': add('It rains.'),
          'tool:pre': add('Paper is short.'),
          'tool:post': { ...GO_ON, user_message: 'A note was written.', user_message_level: 'warning' },
        }),
      ],
    });
    const session = await room.session();

    const events = await room.turn(session, 'note it');

    const softly = { role: 'system', content: 'Speak softly.\n\nIt is Friday.\n\nIt rains.' };
    const [first, second] = requests().map(({ messages }) => messages);
    expect(first).toContainEqual(softly);
    expect(second).not.toContainEqual(softly);
    expect(session.transcript).not.toContainEqual(softly);
    expect(toolContent(session)).toBe('noted milk\n\nChecked by Python.\n\nChecked by Node.');
    expect(second?.at(-1)).toMatchObject({ role: 'system', content: 'It costs 1 €.\n\nPaper is short.' });

    const decided = ofType(events, 'hook.decided').filter(({ hook_event }) => hook_event === 'tool:pre');
    expect(decided.map(({ hook: name, suppressed }) => [name, suppressed ?? false])).toEqual([
      ['python', true],
      ['thread', false],
    ]);
    expect(ofType(events, 'notice')).toContainEqual(
      expect.objectContaining({ level: 'warning', text: 'A note was written.', source: 'thread' }),
    );
  });
});
