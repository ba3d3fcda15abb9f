/**
 * Services in other languages, over the real process link and in whole turns: the examples that an author
 * begins with (RT-5). The one in C behaves like the reference's services: sequential, without call ids, with
 * older spellings.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ServiceSpec } from '../../../src/definitions/service-spec.ts';
import { checkService } from '../../../src/host/service-check/check-service.ts';
import { PatchbayError } from '../../../src/protocol/errors.ts';
import { createFolder } from '../../builders/folder.ts';
import { finished, ofType, openHostRoom, scripted, toolResults } from '../../builders/host-turns.ts';
import { openLink } from '../../builders/links.ts';

const python = programOnPath('python3', 'python');
const compiler = programOnPath('cc', 'gcc', 'clang');
const EXAMPLES = path.resolve(import.meta.dirname, '../../../docs/examples');
const buildFolder = fs.mkdtempSync(path.join(os.tmpdir(), 'patchbay-c-'));
const cProgram = path.join(buildFolder, process.platform === 'win32' ? 'text_service.exe' : 'text_service');

const languages = [
  {
    language: 'Python',
    needs: 'python3 on the PATH',
    isPresent: python !== undefined,
    command: [python ?? 'python3', path.join(EXAMPLES, 'python', 'text_service.py')],
    manifest: { tool: 'reverse_text', hook: 'no_forbidden_text', priority: 10, provider: 'python-scripted' },
    call: { input: { text: 'grüße 😀' }, output: '😀 eßürg' },
    refused: { input: { text: 'forbidden' }, reason: 'this text is forbidden' },
    ran: { input: { text: 'stressed' }, output: 'desserts' },
    answer: 'Results: desserts / Denied by hook: this text is forbidden',
    ready: 'the Python service is ready',
  },
  {
    language: 'C',
    needs: 'a C compiler on the PATH',
    isPresent: compiler !== undefined,
    command: [cProgram],
    manifest: { tool: 'word_count', hook: 'short_texts_only', priority: 20, provider: 'c-scripted' },
    call: { input: { text: ' two\n "words" \t' }, output: { words: 2 } },
    refused: { input: { text: 'too long' }, reason: 'the text is too long' },
    ran: { input: { text: 'four words, écrits "ici"' }, output: { words: 4 } },
    answer: 'The tool said: {"words":4}',
    ready: 'the C service is ready',
  },
] as const;

beforeAll(() => {
  if (compiler === undefined) return;
  const sources = ['service.c', 'json.c'].map((file) => path.join(EXAMPLES, 'c', file));
  const { status, stderr } = spawnSync(
    compiler,
    ['-std=c11', '-Wall', '-Wextra', '-Werror', '-o', cProgram, ...sources],
    {
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new Error(`The C service does not compile: ${stderr}`);
});

afterAll(() => fs.rmSync(buildFolder, { recursive: true, force: true, maxRetries: 5 }));

const cases = languages.map((service) => [service.language, service.needs, service] as const);
describe.each(cases)('a service in %s (needs %s)', (_language, _needs, service) => {
  const there = it.runIf(service.isPresent);
  const { tool, hook, priority, provider } = service.manifest;
  const spec: ServiceSpec = {
    name: 'foreign',
    isolation: 'process',
    command: service.command,
    env: environment(),
    config: {},
    origin: 'the test',
  };
  const open = () => openLink(spec);

  there('describes itself, and the host reads its spelling', async () => {
    await using opened = open();
    const { capabilities } = await opened.link.call('describe', {});
    expect(capabilities.tools[0]).toMatchObject({ name: tool, input_schema: expect.any(Object) });
    expect(capabilities.hooks).toMatchObject([{ name: hook, events: ['tool:pre'], priority }]);
    expect(capabilities.providers).toMatchObject([{ name: provider }]);
    expect(capabilities.content.paths).toEqual([]);
  });

  there('runs its tool, and says when it fails', async () => {
    await using opened = open();
    const ran = await opened.link.call('tool.execute', { name: tool, input: service.call.input });
    expect(ran).toMatchObject({ success: true, output: service.call.output });
    const failed = await opened.link.call('tool.execute', { name: tool, input: {} });
    expect(failed).toMatchObject({
      success: false,
      error: { message: expect.stringMatching(/needs (a|"text")/) },
    });
  });

  there('refuses an unknown tool and an unknown method with the codes of JSON-RPC', async () => {
    await using opened = open();
    const unknownTool = opened.link.call('tool.execute', { name: 'nothing', input: {} });
    expect(await failureOf(unknownTool)).toMatchObject({ code: -32602, service: 'foreign' });
    const unknownMethod = opened.link.call('content.list', {});
    expect(await failureOf(unknownMethod)).toMatchObject({ code: -32601 });
  });

  there('passes the check of services', async () => {
    using folder = createFolder({ sample: 'a file\n' });
    const faults: unknown[] = [];
    for await (const finding of checkService(spec, { folder: folder.path })) {
      if (finding.outcome === 'failed') faults.push(finding);
    }
    expect(faults).toEqual([]);
  });

  there('denies one input by its hook and lets others pass', async () => {
    await using opened = open();
    const emit = (tool_input: object) =>
      opened.link.call('hook.emit', { event: 'tool:pre', data: { tool_name: tool, tool_input } });
    expect(await emit(service.refused.input)).toMatchObject({
      action: 'DENY',
      reason: service.refused.reason,
    });
    expect(await emit(service.call.input)).toMatchObject({ action: 'CONTINUE' });
  });

  there('streams the provider and then answers', async () => {
    await using opened = open();
    const names: string[] = [];
    const onNotification = (name: string) => names.push(name);
    const messages = [{ role: 'tool', tool_call_id: '1', content: 'one two' }];
    const request = { request: { messages }, provider };
    const response = await opened.link.call('provider.complete', request, { onNotification });
    expect(names.length).toBeGreaterThan(2);
    expect(new Set(names)).toEqual(new Set(['stream.provider.token']));
    expect(response.finish_reason).toBe('stop');
  });

  there('keeps the answers of many calls apart, whether it handles them one at a time or not', async () => {
    await using opened = open();
    const [one, other] = [service.call, service.ran];
    const asked = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? one : other));
    const results = await Promise.all(
      asked.map(({ input }) => opened.link.call('tool.execute', { name: tool, input })),
    );
    expect(results.map((result) => result.output)).toEqual(asked.map(({ output }) => output));
  });

  there('has what it writes to stderr as its log, and ends when asked (RT-22)', async () => {
    const opened = open();
    await opened.link.call('describe', {});
    await vi.waitFor(() => expect(opened.logs).toContain(service.ready));
    await opened.link.stop();
    expect(await opened.link.exited).toEqual({ crashed: false, how: 'exit code 0' });
  });

  there('does its part in a whole turn: tool, hook and streamed answer', async () => {
    const room = openHostRoom({
      settings: { approvals: { mode: 'allow' }, services: { foreign: { command: [...service.command] } } },
    });
    const session = await room.session();
    const events = await room.turn(session, 'Do what you are for.', { provider });

    expect(finished(events).status).toBe('completed');
    expect(ofType(events, 'hook.decided')).toMatchObject([
      { action: 'DENY', hook, service: 'foreign', reason: service.refused.reason, tool_name: tool },
    ]);
    // The denied call never ran; the other did.
    expect(ofType(events, 'tool.started')).toMatchObject([{ name: tool, input: service.ran.input }]);
    expect(ofType(events, 'tool.finished')).toMatchObject([
      { service: 'foreign', success: true, output: service.ran.output },
    ]);
    const [answer] = ofType(events, 'assistant.message');
    const streamed = ofType(events, 'assistant.delta').map(({ text }) => text);
    expect(answer?.text).toBe(service.answer);
    expect(streamed.join('').trim()).toBe(service.answer);
    expect(ofType(events, 'service.started')).toContainEqual(
      expect.objectContaining({ service: 'foreign', isolation: 'process', pid: expect.any(Number) }),
    );
    expect(session.transcript.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'tool',
      'tool',
      'assistant',
    ]);
  });
});

const both = languages.every(({ isPresent }) => isPresent);
describe('services in several languages (needs python3 and a C compiler on the PATH)', () => {
  it.runIf(both)('work in one turn, and the hooks of each guard the tools of the other', async () => {
    const calls = [
      { name: 'reverse_text', input: { text: 'live' } },
      { name: 'word_count', input: { text: 'a b c' } },
      { name: 'word_count', input: { text: 'forbidden' } },
      { name: 'reverse_text', input: { text: 'too long' } },
    ];
    const services = Object.fromEntries(
      languages.map(({ language, command }) => [language.toLowerCase(), { command: [...command] }]),
    );
    const room = openHostRoom({
      settings: scripted([{ tool_calls: calls }, { text: 'done' }], { services }),
    });
    const session = await room.session();
    const events = await room.turn(session, 'Use them all.');

    expect(toolResults(session)).toEqual([
      'evil',
      '{"words":3}',
      'Denied by hook: this text is forbidden',
      'Denied by hook: the text is too long',
    ]);
    expect(ofType(events, 'hook.decided').map(({ service }) => service)).toEqual(['python', 'c']);
  });
});

async function failureOf(promise: Promise<unknown>): Promise<PatchbayError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(PatchbayError);
  return error as PatchbayError;
}

/** The first of these programs that runs here. */
function programOnPath(...names: string[]): string | undefined {
  return names.find((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0);
}

function environment(): Record<string, string> {
  return { PATH: process.env.PATH ?? '', SystemRoot: process.env.SystemRoot ?? '' };
}
