/** Script files and recordings: what they play, and what is said of those that are not right (RT-52). */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Message } from '../../../../src/protocol/data.ts';
import { replayService } from '../../../../src/services/provider-replay/definition.ts';
import { type InProcessService, inProcess } from '../../../builders/in-process-service.ts';

const scripts = path.resolve(import.meta.dirname, '../../../fixtures/scripts');
const TOOLS = [{ name: 'glob', description: '', parameters: {} }];

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'patchbay-replay-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

async function replay(script?: string, config: Record<string, unknown> = {}): Promise<InProcessService> {
  const provider = inProcess(replayService);
  await provider.call('configure', {
    config: { replay: { instant: true, ...(script !== undefined && { script }), ...config } },
  });
  return provider;
}

const ask = (provider: InProcessService, ...messages: Message[]) =>
  provider.call('provider.complete', { request: { messages, tools: TOOLS } });
const user = (content: string): Message => ({ role: 'user', content });

function written(name: string, text: string): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, text);
  return file;
}

function said(provider: InProcessService, kind: 'token' | 'thinking'): string[] {
  return provider.notifications
    .filter(({ name }) => name === `stream.provider.${kind}`)
    .map(({ payload }) => (payload as { text: string }).text);
}

describe('a script', () => {
  test('answers with text, calls with ids of their own, and counts (RT-52)', async () => {
    const provider = await replay(path.join(scripts, 'write-and-run.yaml'));

    const answer = await ask(provider, user('Please write the note'));

    expect(answer).toMatchObject({
      text: "I'll write the note.",
      tool_calls: [
        {
          id: 'replay_1_1',
          name: 'write_file',
          arguments: { file_path: 'note.txt', content: 'remember the milk\n' },
        },
      ],
      finish_reason: 'tool_calls',
      metadata: { provider: 'replay', model: 'demo', scripted: true },
    });
    expect(answer.usage?.total_tokens).toBeGreaterThan(0);
    expect(said(provider, 'token')).toEqual(["I'll ", 'write ', 'the ', 'note.']);
  });

  test('makes no calls for a request that offers no tools (RT-44)', async () => {
    const provider = await replay(path.join(scripts, 'write-and-run.yaml'));

    const answer = await provider.call('provider.complete', {
      request: { messages: [user('write the note')], tools: [] },
    });

    expect(answer.tool_calls).toEqual([]);
    expect(answer.finish_reason).toBe('stop');
  });

  test('in JSON fails as it is told to, after what it says (RT-43, RT-52)', async () => {
    const provider = await replay(path.join(scripts, 'failures.json'));

    await expect(ask(provider, user('That was too fast'))).rejects.toMatchObject({
      kind: 'rate_limit',
      message: 'Slow down, please.',
      retryAfterMs: 20,
    });
    await expect(ask(provider, user('Cut here'))).rejects.toMatchObject({ kind: 'network', retryable: true });
    expect(said(provider, 'token').join('')).toBe('This sentence is');
  });

  test('speaks at its pace and stops in the middle when it is cancelled (RT-52)', async () => {
    const provider = await replay(path.join(scripts, 'long-answer.yaml'), { instant: false });
    const controller = new AbortController();

    const call = provider.call(
      'provider.complete',
      { request: { messages: [user('go')] } },
      controller.signal,
    );
    const settled = expect(call).rejects.toMatchObject({ kind: 'cancelled' });
    await vi.waitFor(() => expect(said(provider, 'thinking').length).toBeGreaterThan(1));
    controller.abort();
    await settled;

    expect(said(provider, 'token')).toEqual([]);
  });

  test('that knows no answer says what it is and how to get a model (RT-52)', async () => {
    const demo = path.resolve(import.meta.dirname, '../../../../agents/demo/demo.replay.yaml');

    const answer = await ask(await replay(demo), user('What is the meaning of life?'));

    expect(answer.text).toContain('This is a scripted demonstration: no model reads what you write.');
    expect(answer.text).toContain('> Why does the upload test fail? Fix it.');
    expect(answer.text).toContain('Patchbay: Add provider key…');
  });

  test('is not needed: without one the provider says what it is (RT-52)', async () => {
    const answer = await ask(await replay(), user('hello'));

    expect(answer.text).toContain('scripted demonstration');
    expect(answer.text).toContain('No script is loaded');
  });

  test('offers one model, labelled (RT-52)', async () => {
    const { models } = await (await replay()).call('provider.models', {});

    expect(models).toMatchObject([{ id: 'demo', name: 'Scripted demonstration, no model' }]);
  });
});

describe('a script that is not right', () => {
  test.each([
    ['broken YAML', 'conversations:\n  - turns: [ {text: hi}\n', /demo\.yaml:\d+: /],
    [
      'an unknown key',
      'conversations:\n  - turns:\n      - txt: hi\n',
      /demo\.yaml:3: conversations\.0\.turns\.0: unknown key "txt"/,
    ],
    [
      'a value of the wrong type',
      'conversations:\n  - match: x\n    turns:\n      - text: 5\n',
      /demo\.yaml:4: conversations\.0\.turns\.0\.text: expected string/,
    ],
    [
      'nothing to say',
      'conversations:\n  - turns:\n      - delay_ms: 5\n',
      /demo\.yaml:3: conversations\.0\.turns\.0: needs text, thinking, tool_calls or error/,
    ],
    [
      'an empty condition',
      'conversations:\n  - turns:\n      - text: a\n        branches:\n          - when: {}\n            text: b\n',
      /demo\.yaml:5: .*when: says nothing to check/,
    ],
    [
      'a missing part',
      'tokens_per_second: 5\n',
      /demo\.yaml:1: conversations: expected array, found nothing/,
    ],
    [
      'a bad regular expression',
      'conversations:\n  - match: /(/\n    turns: [{text: a}]\n',
      /demo\.yaml:2: conversations\.0\.match: Invalid regular expression/,
    ],
    ['nothing at all', '', /demo\.yaml:1: value: expected object/],
  ])('for %s is refused with file and line (RT-52)', async (_, text, message) => {
    const provider = await replay(written('demo.yaml', text));

    const error = await ask(provider, user('go')).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ kind: 'config', message: expect.stringMatching(message) });
    expect(error).toMatchObject({ remedy: expect.stringContaining('docs/replay.md') });
  });

  test('because it is not there is named (RT-52)', async () => {
    const provider = await replay(path.join(folder, 'nowhere.yaml'));

    await expect(ask(provider, user('go'))).rejects.toMatchObject({
      kind: 'config',
      message: expect.stringMatching(/nowhere\.yaml can't be read \(ENOENT\)/),
    });
  });
});

describe('a recording', () => {
  const recording = path.join(scripts, 'recording.jsonl');

  test('is played in the order of its lines (RT-52)', async () => {
    const provider = await replay(recording);
    const first = await ask(provider, user('list'));
    const second = await ask(
      provider,
      user('list'),
      { role: 'assistant', content: first.content },
      { role: 'tool', tool_call_id: 'call_1', content: 'a.js' },
    );

    expect(first.tool_calls).toEqual([{ id: 'call_1', name: 'glob', arguments: { pattern: '*.js' } }]);
    expect(first.metadata).toMatchObject({ provider: 'replay', scripted: true });
    expect(said(provider, 'thinking').join('')).toBe('A list is wanted.');
    expect(second.content).toBe('There are two files.');
    expect(said(provider, 'token').join('')).toBe('Listing.There are two files.');
  });

  test('says so when it is over (RT-52)', async () => {
    const provider = await replay(recording);
    const answer: Message = { role: 'assistant', content: 'x' };

    await expect(ask(provider, user('a'), answer, user('b'), answer, user('c'))).rejects.toMatchObject({
      kind: 'model',
      message: expect.stringContaining('ends after 2 answers'),
    });
  });

  test.each([
    ['not JSON', '{"response":{}}\nnope\n', /rec\.jsonl:2: /],
    ['no response', '{"request":{}}\n', /rec\.jsonl:1: response: expected object/],
    ['a wrong response', '{"response":{"text":5}}\n', /rec\.jsonl:1: response\.text: expected string/],
  ])('with %s is refused with file and line (RT-52)', async (_, text, message) => {
    const provider = await replay(written('rec.jsonl', text));

    await expect(ask(provider, user('go'))).rejects.toMatchObject({
      kind: 'config',
      message: expect.stringMatching(message),
    });
  });
});
