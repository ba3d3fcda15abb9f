/** The examples of docs/services.md are what they say: each is taken from the page and run in a turn. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { Settings } from '../../../src/definitions/settings-schema.ts';
import {
  finished,
  ofType,
  openHostRoom,
  scripted,
  serviceOn,
  toolResults,
} from '../../builders/host-turns.ts';
import { LINES } from '../../builders/links.ts';

const repository = path.resolve(import.meta.dirname, '../../..');
const page = fs.readFileSync(path.join(repository, 'docs', 'services.md'), 'utf8');
const python = ['python3', 'python'].find(
  (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0,
);

/** The example that begins with a comment of this file name. */
function example(language: string, file: string): string {
  const blocks = [...page.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'gm'))];
  const found = blocks.map(([, text]) => text!).filter((text) => text.split('\n', 1)[0]!.endsWith(file));
  if (found.length !== 1) throw new Error(`${found.length} examples of ${file} on the page`);
  return found[0]!;
}

/** Bundled as the page says. */
async function build(file: string, folder: string): Promise<string> {
  fs.writeFileSync(path.join(folder, file), example('ts', file));
  const outfile = path.join(folder, file.replace(/\.ts$/, '.cjs'));
  await esbuild.build({
    entryPoints: [path.join(folder, file)],
    bundle: true,
    platform: 'node',
    alias: { 'patchbay/sdk': path.join(repository, 'src', 'sdk', 'index.ts') },
    // The example lies in a folder of the test, its packages in ours.
    nodePaths: [path.join(repository, 'node_modules')],
    outfile,
  });
  return outfile;
}

it.each(LINES)('the service with a tool and a hook, in a %s', async (isolation) => {
  const add = (text: string) => ({ name: 'add_note', input: { text } });
  const answers = [{ tool_calls: [add('milk'), add('my password is x'), add('two\nlines')] }, { text: 'ok' }];
  const room = openHostRoom();
  const entry = await build('notes.ts', room.folder);
  const notes = {
    ...(await serviceOn(isolation, entry)),
    config: { add_note: { file: 'LOG.md' } },
  };
  room.configure(scripted(answers, { services: { notes } }));
  const session = await room.session();
  const events = await room.turn(session, 'Note it.');
  expect(toolResults(session)).toEqual([
    '{"added":"milk"}',
    'Denied by hook: Notes are read by everybody.',
    'One line only. Call the tool once for each line.',
  ]);
  expect(fs.readFileSync(path.join(room.folder, 'LOG.md'), 'utf8')).toBe('milk\n');
  expect(ofType(events, 'tool.progress').map(({ text }) => text)).toContain('Writing to LOG.md\n');
});

it('the provider', async () => {
  const room = openHostRoom();
  room.configure({ services: { echo: { entry: await build('echo.ts', room.folder) } } });
  const events = await room.turn(await room.session(), 'one two three', { provider: 'echo' });
  const streamed = ofType(events, 'assistant.delta').map(({ text }) => text);
  expect(finished(events).status).toBe('completed');
  expect(ofType(events, 'assistant.message')).toMatchObject([{ text: 'one two three' }]);
  expect(streamed.join('')).toBe('one two three');
});

it.runIf(python)('the process in Python (needs python3 on the PATH)', async () => {
  const answers = [
    { tool_calls: [1, 0].map((sides) => ({ name: 'roll', input: { sides } })) },
    { text: 'ok' },
  ];
  const services = { dice: { command: [python!, 'dice.py'] } };
  const room = openHostRoom({ settings: scripted(answers, { services }) });
  fs.writeFileSync(path.join(room.folder, 'dice.py'), example('python', 'dice.py'));
  const session = await room.session();
  await room.turn(session, 'Roll.');
  expect(toolResults(session)).toEqual(['1', 'A die has at least one side.']);
});

it('the settings are valid', () => {
  const blocks = [...page.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, text]) => parse(text!));
  expect(blocks).toHaveLength(2);
  for (const block of blocks) expect(Settings.safeParse(block)).toMatchObject({ success: true });
});

it('the page leads to files that exist', () => {
  const links = [...page.matchAll(/\]\(([\w./-]+)\)/g)].map(([, target]) => target!);
  expect(links.length).toBeGreaterThan(0);
  for (const link of links) expect(fs.existsSync(path.join(repository, 'docs', link)), link).toBe(true);
});
