/** The demonstration that ships with the extension really repairs the sample workspace (RT-52). */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ChatResponse, Message, ToolCall } from '../../../src/protocol/data.ts';
import { replayService } from '../../../src/services/provider-replay/definition.ts';
import { createFileTools } from '../../../src/services/tools-files/definition.ts';
import { searchTools } from '../../../src/services/tools-search/definition.ts';
import { createShellTools } from '../../../src/services/tools-shell/definition.ts';
import { inProcess } from '../../builders/in-process-service.ts';
import { toolsOf } from '../../builders/tool.ts';

const repoRoot = path.resolve(import.meta.dirname, '../../..');
const TOOL_SERVICES = [createFileTools(), searchTools, createShellTools()];
const PROMPT = 'Why does the upload test fail? Fix it.';

let workspace: string;
beforeEach(() => {
  workspace = fs.mkdtempSync(path.join(os.tmpdir(), 'patchbay-demo-'));
  fs.cpSync(path.join(repoRoot, 'samples/workspace'), workspace, { recursive: true });
});
afterEach(() => fs.rmSync(workspace, { recursive: true, force: true }));

interface Outcome {
  readonly content: string;
  readonly isError: boolean;
}

/** Carries out a call with the tools that ship with the extension. */
async function run({ name, arguments: input }: ToolCall): Promise<Outcome> {
  const service = TOOL_SERVICES.find(({ tools }) => tools?.some((tool) => tool.name === name));
  if (!service) throw new Error(`The script asks for a tool that does not ship: ${name}`);
  const environment = { PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH}` };
  const { success, output, error } = await toolsOf(service, { cwd: workspace, environment }).call(
    name,
    input,
  );
  return { content: error?.message ?? JSON.stringify(output), isError: !success };
}

function testRun(): Outcome {
  const { status, stdout } = spawnSync(process.execPath, ['--test'], { cwd: workspace, encoding: 'utf8' });
  return { content: stdout, isError: status !== 0 };
}

/** Plays the whole conversation. A tool in `denied` is refused as a gate would do it. */
async function play(denied: readonly string[] = []) {
  const provider = inProcess(replayService);
  const script = path.join(repoRoot, 'agents/demo/demo.replay.yaml');
  await provider.call('configure', { config: { replay: { script, instant: true } } });
  const messages: Message[] = [{ role: 'user', content: PROMPT }];
  const answers: ChatResponse[] = [];
  for (;;) {
    const answer = await provider.call('provider.complete', { request: { messages } });
    answers.push(answer);
    const calls = answer.tool_calls ?? [];
    messages.push({ role: 'assistant', content: answer.content, tool_calls: calls });
    if (calls.length === 0) return { answers, names: answers.map(namesOf), last: answer.text ?? '' };
    for (const call of calls) {
      const outcome: Outcome = denied.includes(call.name)
        ? { content: 'Denied by hook: the person said no', isError: true }
        : await run(call);
      messages.push({
        role: 'tool',
        name: call.name,
        tool_call_id: call.id,
        content: outcome.content,
        metadata: { is_error: outcome.isError },
      });
    }
  }
}

const namesOf = (answer: ChatResponse) => (answer.tool_calls ?? []).map(({ name }) => name);

describe('the demonstration', () => {
  test('finds the fault, repairs it and sees the tests pass (RT-52)', async () => {
    expect(testRun().isError).toBe(true);

    const { answers, names, last } = await play();

    expect(names).toEqual([['read_file', 'read_file'], ['grep'], ['edit_file'], ['bash'], []]);
    expect(testRun()).toMatchObject({ isError: false });
    expect(last).toContain('**The upload test passes now.**');
    expect(last).toContain('```js');
    expect(answers.every(({ metadata }) => metadata?.scripted === true)).toBe(true);
    const thinking = answers.flatMap(({ content }) => (Array.isArray(content) ? content : []));
    expect(thinking.filter(({ type }) => type === 'thinking').length).toBeGreaterThan(2);
  });

  test.each([
    ['read_file', [['read_file', 'read_file'], []], "I wasn't allowed to read the files"],
    ['grep', [['read_file', 'read_file'], ['grep'], []], "I wasn't allowed to search"],
    ['edit_file', [['read_file', 'read_file'], ['grep'], ['edit_file'], []], "You didn't allow the edit"],
    [
      'bash',
      [['read_file', 'read_file'], ['grep'], ['edit_file'], ['bash'], []],
      "didn't allow the tests to run",
    ],
  ])('ends when %s is denied and says so (RT-52)', async (tool, expected, words) => {
    const { names, last } = await play([tool]);

    expect(names).toEqual(expected);
    expect(last).toContain(words);
    expect(testRun().isError).toBe(tool !== 'bash');
  });

  test('notices that the fault is gone already (RT-52)', async () => {
    await play();

    const { names, answers, last } = await play();

    expect(names).toEqual([['read_file', 'read_file'], ['grep'], ['edit_file'], ['bash'], []]);
    expect(answers[3]?.text).toContain("The edit didn't apply");
    expect(last).toContain('passes now');
  });
});
