/** A new service in JavaScript: the same files for a thread and a process, the SDK beside them. */
import { type Component, componentName, type Template } from './template.ts';

export function javascriptTemplate(service: string, component: Component): Template {
  const name = componentName(service);
  return {
    files: {
      'service.mjs': SERVICE[component](service, name),
      'service.test.mjs': `${TEST_HEAD}${TEST[component](name)}`,
      'package.json': `${JSON.stringify({ name: service, private: true, type: 'module', scripts: { test: 'node --test' } }, null, 2)}\n`,
    },
    copies: { 'patchbay-sdk.mjs': 'dist/sdk.js' },
    entry: 'service.mjs',
    testCommand: 'node --test',
  };
}

type Text = (service: string, name: string) => string;

const SERVICE: Record<Component, Text> = {
  tool: (service, name) => `import { defineTool, serve, ToolFailure, z } from './patchbay-sdk.mjs';

const ${camel(name)} = defineTool({
  name: '${name}',
  // All that a model knows of it: what it does, and when to use it.
  description: 'Counts the words of a text.',
  input: z.object({ text: z.string() }),
  annotations: { read_only: true },
  async execute({ text }, { progress }) {
    if (text.trim() === '') throw new ToolFailure('There are no words in an empty text.');
    progress('Counting\\n');
    return { words: text.trim().split(/\\s+/).length };
  },
});

serve({ name: '${service}', tools: [${camel(name)}] });
`,
  hook: (service, name) => `import { defineHook, serve } from './patchbay-sdk.mjs';

const ${camel(name)} = defineHook({
  name: '${name}',
  // tool:pre is a gate: whatever goes wrong in this hook, the tool does not run unasked.
  events: ['tool:pre'],
  priority: 50,
  handle(_event, { tool_name: tool, tool_input: input }) {
    if (JSON.stringify(input ?? {}).includes('password')) {
      return { action: 'DENY', reason: tool + ' must not see passwords.' };
    }
    return undefined; // nothing against it
  },
});

serve({ name: '${service}', hooks: [${camel(name)}] });
`,
  provider: (service, name) => `import { defineProvider, PatchbayError, serve } from './patchbay-sdk.mjs';

const ${camel(name)} = defineProvider({
  name: '${name}',
  async complete({ messages }, { token, signal }) {
    const prompt = messages.findLast(({ role }) => role === 'user')?.content;
    if (typeof prompt !== 'string') {
      throw new PatchbayError('model', 'Only text is understood.', { remedy: 'Send a prompt without images.' });
    }
    const text = 'You said: ' + prompt;
    for (const word of text.split(/(?<= )/)) {
      signal.throwIfAborted();
      token(word);
    }
    return { content: [{ type: 'text', text }], text, finish_reason: 'stop' };
  },
  models: async () => [{ id: 'echo', capabilities: [] }],
});

serve({ name: '${service}', providers: [${camel(name)}] });
`,
};

/** It talks to the service as the host does with a process: one line of JSON a message. */
const TEST_HEAD = `import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const child = spawn(process.execPath, [fileURLToPath(new URL('service.mjs', import.meta.url))], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
after(() => child.stdin.end());
const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
let lastId = 0;

/** Asks the service and gives its answer. */
async function call(method, params) {
  const id = ++lastId;
  child.stdin.write(JSON.stringify({ jsonrpc: '2.0', id, method, params }) + '\\n');
  for (;;) {
    const { value, done } = await lines.next();
    if (done) throw new Error('The service has ended.');
    const message = JSON.parse(value);
    if (message.id === id) return message;
  }
}
`;

const TEST: Record<Component, (name: string) => string> = {
  tool: (name) => `
test('counts words', async () => {
  const { result } = await call('tool.execute', { name: '${name}', input: { text: 'one two  three' } });
  assert.deepEqual(result.output, { words: 3 });
});

test('says why it cannot count', async () => {
  const { result } = await call('tool.execute', { name: '${name}', input: { text: ' ' } });
  assert.equal(result.success, false);
  assert.match(result.error.message, /empty text/);
});
`,
  hook: () => `
const emit = (tool_input) => call('hook.emit', { event: 'tool:pre', data: { tool_name: 'bash', tool_input } });

test('keeps passwords from tools', async () => {
  const { result } = await emit({ command: 'echo my password' });
  assert.equal(result.action, 'DENY');
  assert.match(result.reason, /bash must not see passwords/);
});

test('has nothing against anything else', async () => {
  const { result } = await emit({ command: 'ls' });
  assert.equal(result.action, 'CONTINUE');
});
`,
  provider: (name) => `
test('answers a prompt', async () => {
  const request = { messages: [{ role: 'user', content: 'hello' }] };
  const { result } = await call('provider.complete', { request, provider: '${name}' });
  assert.equal(result.text, 'You said: hello');
});
`,
};

function camel(name: string): string {
  return name.replace(/_(\w)/g, (_all, letter: string) => letter.toUpperCase());
}
