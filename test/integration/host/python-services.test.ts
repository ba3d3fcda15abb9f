/** The helper for services in Python, beyond what the example uses of it (RT-5, RT-7). Needs python3 on the PATH. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createFolder } from '../../builders/folder.ts';
import { openLink } from '../../builders/links.ts';

const HELPER = path.resolve(import.meta.dirname, '../../../docs/examples/python/patchbay_service.py');
const python = ['python3', 'python'].find(
  (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0,
);
const there = it.runIf(python);

function openService(code: string) {
  const folder = createFolder({
    'service.py': `import time\nfrom patchbay_service import *\nservice = Service("mine")\n${code}\nservice.serve()\n`,
  });
  onTestFinished(() => folder[Symbol.dispose]());
  fs.copyFileSync(HELPER, folder.at('patchbay_service.py'));
  return openLink({
    name: 'mine',
    isolation: 'process',
    command: [python!, folder.at('service.py')],
    env: { PATH: process.env.PATH ?? '', SystemRoot: process.env.SystemRoot ?? '' },
    config: {},
    origin: 'the test',
  });
}

describe('the Python helper', () => {
  it('is short enough to be read', () => {
    expect(fs.readFileSync(HELPER, 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(150);
  });

  there('gives a component its configuration and the folder of the session', async () => {
    await using opened = openService(`
@service.tool("where", "Says where it is.", {})
def where(given, call):
    return [call.cwd, call.config]`);
    await opened.link.call('configure', { config: { where: { unit: 'm' }, other: 1 } });
    const result = await opened.link.call('tool.execute', { name: 'where', input: {}, cwd: 'here' });
    expect(result).toEqual({ success: true, output: ['here', { unit: 'm' }] });
  });

  there('refuses input of another type, and true as a number', async () => {
    await using opened = openService(`
@service.tool("half", "Halves.", {"n": {"type": "number"}, "any": {}}, required=["n"])
def half(given, call):
    return given["n"] / 2`);
    const half = (input: Record<string, unknown>) =>
      opened.link.call('tool.execute', { name: 'half', input });
    const refused = { success: false, error: { message: 'half: "n" must be of type number.' } };
    expect(await half({ n: 3, any: true })).toMatchObject({ success: true, output: 1.5 });
    expect(await half({ n: '3' })).toMatchObject(refused);
    expect(await half({ n: true })).toMatchObject(refused);
    expect(await half({})).toMatchObject({ success: false, error: { message: 'half needs "n".' } });
  });

  there('runs calls at the same time, and gives up the one that is cancelled', async () => {
    await using opened = openService(`
@service.tool("wait", "Waits for its end.", {})
def wait(given, call):
    print("waiting")
    call.cancelled.wait()
    print("given up")
@service.tool("now", "Is there at once.", {})
def now(given, call):
    return "now"`);
    const controller = new AbortController();
    const waiting = opened.link.call(
      'tool.execute',
      { name: 'wait', input: {} },
      { signal: controller.signal },
    );
    await vi.waitFor(() => expect(opened.logs).toContain('waiting'));
    const now = await opened.link.call('tool.execute', { name: 'now', input: {} });
    expect(now).toMatchObject({ output: 'now' });
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ kind: 'cancelled' });
    await vi.waitFor(() => expect(opened.logs).toContain('given up'));
  });

  there(
    'makes a fault of the service an error that names it, and a failure of its own kind that kind',
    async () => {
      await using opened = openService(`
@service.tool("broken", "Is broken.", {})
def broken(given, call):
    return {}["key"]
@service.provider("busy")
def busy(request, call):
    raise ServiceError("Too many calls.", "rate_limit", "Wait a minute.")`);
      const broken = opened.link.call('tool.execute', { name: 'broken', input: {} });
      await expect(broken).rejects.toMatchObject({ message: "KeyError('key')", service: 'mine' });
      const busy = opened.link.call('provider.complete', { request: { messages: [] } });
      await expect(busy).rejects.toMatchObject({
        kind: 'rate_limit',
        retryable: true,
        remedy: 'Wait a minute.',
      });
    },
  );

  there('does not let two hooks of a service hear one event', async () => {
    await using opened = openService(`
service.hook("one", ["tool:pre"])(lambda event, data, call: None)
service.hook("two", ["*"])(lambda event, data, call: {"action": "DENY"})`);
    const described = opened.link.call('describe', {});
    await expect(described).rejects.toMatchObject({ kind: 'crashed' });
    expect(opened.link.logTail()).toContain('Only one hook of a service may hear an event');
  });
});
