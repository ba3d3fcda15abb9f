/** Services that are not ours, in the terminal: `--approve` and `patchbay service trust` (RT-8). */
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { openCommandRoom } from '../../builders/command-line.ts';
import { FIXTURES } from '../../builders/links.ts';

/** A room whose settings name a service that offers the tool `attempt`, which the scripted model calls. */
function openRoom() {
  const asking = { command: ['node', path.join(FIXTURES, 'asking.mjs'), '{"permissions":{"read":["."]}}'] };
  const room = openCommandRoom({ services: { asking } });
  const script = path.join(room.folder, 'play.replay.yaml');
  const calls = [{ name: 'attempt', arguments: { what: 'read', path: path.join(room.folder, 'note.txt') } }];
  const conversations = [{ match: 'go', turns: [{ tool_calls: calls }, { text: 'done' }] }];
  fs.writeFileSync(script, stringify({ tokens_per_second: 100_000, conversations }));
  fs.writeFileSync(path.join(room.folder, 'note.txt'), 'a note\n');
  const settings = { services: { asking }, providers: { replay: { script } }, approvals: { mode: 'allow' } };
  fs.writeFileSync(path.join(room.folder, '.amplifier', 'settings.yaml'), stringify(settings));
  return room;
}

test('--approve deny keeps a new service out, allow lets it run this once, and nothing is remembered (RT-8)', async () => {
  const room = openRoom();

  const denied = await room.run(['run', '--approve', 'deny', 'go']);
  const allowed = await room.run(['run', '--approve', 'allow', 'go']);
  const list = await room.run(['service', 'trust', 'list']);

  expect(denied.stderr).toMatch(/Service "asking" .* is not allowed to run/);
  expect(denied.stderr).not.toContain('attempt done');
  expect(allowed.stderr).toContain('attempt done');
  expect(list).toMatchObject({ code: 0, stdout: '' });
});

test('--approve ask asks on the input; the answer is listed and can be taken back (RT-8)', async () => {
  const room = openRoom();

  const asked = await room.run(['run', '--approve', 'ask', 'go'], '1\n1\n');
  const list = await room.run(['service', 'trust', 'list']);
  const forgotten = await room.run(['service', 'trust', 'forget', 'asking']);
  const again = await room.run(['service', 'trust', 'forget', 'asking']);

  expect(asked.stderr).toMatch(
    /Let service "asking" run\?\n[\s\S]*Asks for: read \.\n[\s\S]*\[1\] Allow this version/,
  );
  expect(asked.stderr).toContain('attempt done');
  expect(list.stdout).toMatch(/^asking +allow .*settings\.yaml +read \.$/m);
  expect(forgotten.code).toBe(0);
  expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('Nothing was decided') });
});

test('a service can be allowed beforehand, where nobody will be there to be asked (RT-8)', async () => {
  const room = openRoom();

  const trusted = await room.run(['service', 'trust', 'allow', 'asking']);
  const { stderr } = await room.run(['run', 'go']);

  expect(trusted.stdout).toMatch(/^Asks for: read \.$/m);
  expect(stderr).toContain('attempt done');
});
