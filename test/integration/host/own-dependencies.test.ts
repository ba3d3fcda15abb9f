/**
 * Each service has its own dependencies (RT-6): two services with versions of one real package that contradict
 * each other, each in the node_modules of its service, work in the same turn.
 */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  finished,
  ofType,
  openHostRoom,
  type ServiceSettings,
  scripted,
  toolResults,
} from '../../builders/host-turns.ts';
import { ISOLATIONS } from '../../builders/links.ts';

const repository = path.resolve(import.meta.dirname, '../../..');
const SDK = path.join(repository, 'dist', 'sdk.js');

/** A service in a folder of its own, with this version of `ms` installed there, as npm would do it. */
function install(folder: string, name: string, version: '2.0' | '2.1'): string {
  const own = path.join(folder, name);
  fs.cpSync(path.join(repository, 'node_modules', `ms-${version}`), path.join(own, 'node_modules', 'ms'), {
    recursive: true,
  });
  fs.copyFileSync(SDK, path.join(own, 'sdk.mjs'));
  const entry = path.join(own, 'service.mjs');
  fs.writeFileSync(
    entry,
    `import { createRequire } from 'node:module';
import ms from 'ms';
import { defineTool, serve, z } from './sdk.mjs';
const { version } = createRequire(import.meta.url)('ms/package.json');
serve({ name: '${name}', tools: [defineTool({
  name: '${name}_ms',
  description: 'Reads a length of time.',
  input: z.object({ text: z.string() }),
  execute: ({ text }) => ({ version, ms: ms(text) ?? null }),
})] });
`,
  );
  return entry;
}

describe('two services with two versions of one package', () => {
  it.each(ISOLATIONS)('each in a %s, get their own in the same turn (RT-6)', async (isolation) => {
    const room = openHostRoom();
    const settingsOf = (entry: string): ServiceSettings =>
      isolation === 'thread' ? { entry } : { command: [process.execPath, entry] };
    const services = {
      older: settingsOf(install(room.folder, 'older', '2.0')),
      newer: settingsOf(install(room.folder, 'newer', '2.1')),
    };
    const ask = (service: string, text: string) => ({ name: `${service}_ms`, input: { text } });
    // Weeks are what 2.1 learned to read; both know days.
    const calls = [ask('older', '1w'), ask('newer', '1w'), ask('older', '1d'), ask('newer', '1d')];
    room.configure(scripted([{ tool_calls: calls }, { text: 'done' }], { services }));
    const session = await room.session();
    const events = await room.turn(session, 'How long?');

    expect(finished(events).status).toBe('completed');
    expect(toolResults(session).map((text) => JSON.parse(text))).toEqual([
      { version: '2.0.0', ms: null },
      { version: '2.1.3', ms: 604_800_000 },
      { version: '2.0.0', ms: 86_400_000 },
      { version: '2.1.3', ms: 86_400_000 },
    ]);
    expect(new Set(ofType(events, 'tool.finished').map(({ service }) => service))).toEqual(
      new Set(['older', 'newer']),
    );
  });
});
