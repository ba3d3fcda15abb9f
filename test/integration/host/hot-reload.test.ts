/** A service whose file changes while the host lives: the next turn has the new one (RT-36). */
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSpawner } from '../../../src/host/spawner.ts';
import { createFolder } from '../../builders/folder.ts';
import {
  type Answer,
  noticesOf,
  openHostRoom,
  type ServiceSettings,
  scripted,
  toolResults,
} from '../../builders/host-turns.ts';
import { FIXTURES, ISOLATIONS, type Isolation } from '../../builders/links.ts';

const sdk = pathToFileURL(path.join(FIXTURES, '..', '..', '..', 'src', 'sdk', 'index.ts')).href;

/** A module that serves these tools, each with what it answers (an expression). */
function service(tools: Readonly<Record<string, string>>, imports = ''): string {
  const all = Object.entries(tools).map(
    ([name, answer]) =>
      `defineTool({ name: '${name}', description: '', input: { jsonSchema: {} }, execute: () => ${answer} })`,
  );
  return `import { defineTool, serve } from '${sdk}';\n${imports}\nserve({ name: 'mine', tools: [${all}] });\n`;
}

function openServiceRoom(isolation: Isolation) {
  const room = openHostRoom();
  const file = (name: string) => path.join(room.folder, name);
  const mine: ServiceSettings =
    isolation === 'thread' ? { entry: 'mine.mjs' } : { command: [process.execPath, 'mine.mjs'] };
  return {
    write: (name: string, text: string) => fs.writeFileSync(file(name), text),
    /** What the model is told of these tools in one turn of a new session, and the notices about the service. */
    async call(...names: string[]) {
      const answers: Answer[] = [{ tool_calls: names.map((name) => ({ name })) }, { text: 'ok' }];
      room.configure(scripted(answers, { services: { mine } }));
      const session = await room.session();
      const events = await room.turn(session, 'Go on.');
      return { told: toolResults(session), notices: noticesOf(events, 'mine').map(({ text }) => text) };
    },
  };
}

describe.each(ISOLATIONS)('a service in a %s whose file was changed', (isolation) => {
  it('answers as the new file says, in the next turn', async () => {
    const room = openServiceRoom(isolation);
    room.write('mine.mjs', service({ greet: '"hello"' }));
    expect((await room.call('greet')).told).toEqual(['hello']);
    room.write('mine.mjs', service({ greet: '"good day"' }));
    expect((await room.call('greet')).told).toEqual(['good day']);
  });

  it('offers the tools of the new file, and no longer those of the old', async () => {
    const room = openServiceRoom(isolation);
    room.write('mine.mjs', service({ greet: '"hello"' }));
    await room.call('greet');
    room.write('mine.mjs', service({ part: '"good bye"' }));
    expect((await room.call('part', 'greet')).told).toEqual([
      'good bye',
      expect.stringContaining('no tool "greet"'),
    ]);
  });

  it('offers and does what a changed import of it says', async () => {
    const room = openServiceRoom(isolation);
    const entry = service({}).replace('tools: []', 'tools: tools()');
    room.write('mine.mjs', `import { tools } from './tools.mjs';\n${entry}`);
    const module = (name: string, answer: string) =>
      `import { defineTool } from '${sdk}';\n` +
      `export const tools = () => [defineTool({ name: '${name}', description: '', input: { jsonSchema: {} }, execute: () => '${answer}' })];\n`;
    room.write('tools.mjs', module('greet', 'hello'));
    expect((await room.call('greet')).told).toEqual(['hello']);
    room.write('tools.mjs', module('part', 'good bye'));
    expect((await room.call('part')).told).toEqual(['good bye']);
  });

  it('that was broken by the change is named with its fault, and works again once it is mended', async () => {
    const room = openServiceRoom(isolation);
    room.write('mine.mjs', service({ greet: '"hello"' }));
    await room.call('greet');
    room.write('mine.mjs', 'this is no program');
    const broken = await room.call('greet');
    expect(broken.told).toEqual([expect.stringContaining('no tool "greet"')]);
    expect(broken.notices).toEqual([expect.stringContaining('SyntaxError')]);
    room.write('mine.mjs', service({ greet: '"hello again"' }));
    expect(await room.call('greet')).toEqual({ told: ['hello again'], notices: [] });
  });
});

it('a spare of a file that was written since is not used', async () => {
  using folder = createFolder({ 'mine.mjs': service({ greet: '"old"' }) });
  const entry = folder.at('mine.mjs');
  const spec = { name: 'mine', isolation: 'thread', entry, env: {}, config: {}, origin: 'built-in' } as const;
  const events = { onRequest: async () => null, onNotification: () => undefined, onLog: () => undefined };
  const spawner = createSpawner();
  onTestFinished(() => spawner[Symbol.asyncDispose]());
  const greet = async () => {
    await using link = spawner.start(spec, events);
    return (await link.call('tool.execute', { name: 'greet', input: {} })).output;
  };
  await spawner.keepSpares([spec]);
  expect(await greet()).toBe('old');
  await spawner.keepSpares([spec]);
  folder.write('mine.mjs', service({ greet: '"new"' }));
  expect(await greet()).toBe('new');
});
