/** Variables of the settings in whole turns: who has them, who does not, and what happens without (AT-40 … AT-48). */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders are written so in settings.
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { Settings } from '../../../src/definitions/settings-schema.ts';
import {
  finished,
  fixtureService,
  ofType,
  openHostRoom,
  scripted,
  toolResults,
} from '../../builders/host-turns.ts';
import { MODEL_WIRES, openModelRoom, providerSettings } from '../../builders/model-turns.ts';

const SHOW = `"${process.execPath}" -e "console.log(JSON.stringify(process.env))"`;

function write(folder: string, settings: Settings, sidecar: string): void {
  fs.mkdirSync(path.join(folder, '.amplifier'), { recursive: true });
  fs.writeFileSync(path.join(folder, '.amplifier', 'settings.yaml'), stringify(settings));
  fs.writeFileSync(path.join(folder, '.amplifier', '.ai-agent.env'), sidecar);
}

test('two sessions at once each have their own values and no other’s; shell and host have none (AT-48, AT-46)', async () => {
  const wire = MODEL_WIRES[2]!;
  const room = await openModelRoom(wire);
  const base = providerSettings(wire, room.server).providers!.openai;
  room.server.mock.on(
    { hasToolResult: false },
    {
      toolCalls: [
        { id: 'call_1', name: 'environment', arguments: {} },
        { id: 'call_2', name: 'bash', arguments: { command: SHOW } },
      ],
    },
  );
  room.server.mock.addFixture({ match: {}, response: { content: 'Done.' } });
  const colours = ['teal', 'ochre'];
  const before = { ...process.env };

  const seen = await Promise.all(
    colours.map(async (colour) => {
      const cwd = path.join(room.folder, colour);
      const settings: Settings = {
        approvals: { mode: 'allow' },
        providers: { openai: { ...base, api_key: 'key-${COLOUR}' } },
        services: { tools: fixtureService('thread', 'faulty-tools.ts', { PAINT: '${COLOUR}' }) },
      };
      write(cwd, settings, `COLOUR=${colour}\nUNASKED=${colour}\n`);
      const session = await room.host.sessions.create({ cwd, agent: 'build' });
      const events = await room.turn(session, colour, room.run);
      expect(finished(events).status).toBe('completed');
      const [ofTool, ofShell] = toolResults(session);
      return { colour, environment: JSON.parse(ofTool!), ofShell, events };
    }),
  );

  for (const { colour, environment, ofShell, events } of seen) {
    expect(environment.PAINT).toBe(colour);
    expect(Object.keys(environment)).not.toContain('UNASKED');
    expect(ofShell).toContain('PATH');
    expect(ofShell).not.toMatch(/PAINT|UNASKED|COLOUR|key-/);
    const other = colours.find((each) => each !== colour)!;
    expect(JSON.stringify([environment, events])).not.toContain(other);
  }
  const keys = room.server.sent.map(({ headers, body }) => [
    headers.authorization,
    colours.find((colour) => JSON.stringify(body).includes(`"${colour}"`)),
  ]);
  expect(keys).toHaveLength(4);
  for (const [key, colour] of keys) expect(key).toBe(`Bearer key-${colour}`);
  expect({ ...process.env }).toEqual(before);
});

test('a turn that needs a variable nobody has says so before it begins; one that does not need it runs (AT-43, AT-44)', async () => {
  const room = openHostRoom({
    settings: scripted([{ text: 'Hello.' }], {
      providers: { anthropic: { api_key: '${NOBODY_HAS_THIS}' } },
      services: { tools: fixtureService('thread', 'faulty-tools.ts', { PAINT: '${NO_COLOUR}' }) },
    }),
  });
  const agents = path.join(room.folder, '.amplifier', 'agents');
  fs.mkdirSync(agents);
  fs.writeFileSync(path.join(agents, 'reader.md'), '---\ntools: [read_file]\n---\nYou read.');
  const session = await room.session();
  const settings = path.join(room.folder, '.amplifier', 'settings.yaml');

  const needs = await room.turn(session, 'one');
  expect(finished(needs)).toMatchObject({
    status: 'failed',
    exit: 'EXIT-CONFIG-FAILURE',
    error: {
      kind: 'config',
      service: 'tools',
      message: expect.stringMatching(
        /^Missing: NO_COLOUR; define in shell or \.ai-agent\.env \(service "tools", .*settings\.yaml:\d+:\d+\)\.$/,
      ),
      remedy: expect.stringContaining(path.join(path.dirname(settings), '.ai-agent.env')),
    },
  });
  expect(ofType(needs, 'model.called')).toEqual([]);

  // Neither the other provider nor tools that the agent may not use hold it up.
  const spared = await room.turn(session, 'two', { agent: 'reader' });
  expect(finished(spared).status).toBe('completed');

  const chosen = await room.turn(session, 'three', { agent: 'reader', provider: 'anthropic' });
  expect(finished(chosen).error?.message).toMatch(/^Missing: NOBODY_HAS_THIS; .*\(provider "anthropic"/);
  expect(ofType(chosen, 'model.called')).toEqual([]);

  fs.writeFileSync(path.join(room.folder, '.amplifier', '.ai-agent.env'), 'NO_COLOUR=grey\n');
  expect(finished(await room.turn(session, 'four')).status).toBe('completed');
});

test('no file tool reads, finds or writes a sidecar, whatever the settings allow', async () => {
  const sidecar = '.amplifier/.ai-agent.env';
  const calls = [
    { name: 'read_file', input: { file_path: sidecar } },
    { name: 'grep', input: { pattern: 'hunter', output_mode: 'content' } },
    { name: 'glob', input: { pattern: '**/*.env' } },
    { name: 'write_file', input: { file_path: sidecar, content: 'x' } },
  ];
  const room = openHostRoom({
    settings: scripted([{ tool_calls: calls }, { text: 'ok' }], { denied_read_paths: [] }),
  });
  fs.writeFileSync(path.join(room.folder, sidecar), 'COLOUR=hunter-green\n');
  const session = await room.session();

  await room.turn(session, 'look');

  const results = toolResults(session);
  expect(results).toHaveLength(4);
  expect(results[0]).toMatch(/may not be read/);
  expect(results[3]).toMatch(/may not be written/);
  expect(results.join('\n')).not.toMatch(/hunter-green|\.env"?$/m);
  expect(fs.readFileSync(path.join(room.folder, sidecar), 'utf8')).toBe('COLOUR=hunter-green\n');
});
