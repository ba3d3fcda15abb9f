/** `patchbay bundle …` and `patchbay config` (DL-14, DL-15), and a turn with what a bundle brings (DL-10). */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openCommandRoom } from '../../builders/command-line.ts';
import { publishRepository } from '../../builders/definition-server.ts';

function openRoom() {
  const room = openCommandRoom();
  const at = (file: string) => path.join(room.folder, '.amplifier', file);
  const write = (file: string, text: string) => {
    fs.mkdirSync(path.dirname(at(file)), { recursive: true });
    fs.writeFileSync(at(file), text);
  };
  write(
    'bundles/house/bundle.md',
    '---\nbundle: { name: house, description: Ours. }\nincludes: [default, ./care]\ntools: [tool-bsh]\n---\nBe brief.\n',
  );
  write('bundles/house/care.yaml', 'tools: [{ module: tool-bash, config: { api_key: abcdefgh12345678 } }]\n');
  return { ...room, at, write };
}

describe('patchbay bundle', () => {
  test('lists, shows, uses and clears; comments of the settings stay (DL-14)', async () => {
    const room = openRoom();
    const settings = path.join(room.home, 'settings.yaml');
    fs.writeFileSync(settings, '# mine\nlimits:\n  iterations: 9\n');

    const listed = await room.run(['bundle', 'list']);
    expect(listed.stdout).toMatch(/^Of this project\n {2}house {4}Ours\.\n\nShipped\n\* default {2}What /);

    const shown = await room.run(['bundle', 'show', 'house']);
    expect(shown.code).toBe(0);
    expect(shown.stdout).toMatch(
      /^name: house\ndescription: Ours\.\nfile: .*bundle\.md\nincludes:\n {2}- name: default\n/,
    );
    expect(shown.stdout).toMatch(
      /- module: tool-bash\n {4}config:\n {6}api_key: "\[REDACTED:.*\]"\n {4}from: .*care\.yaml:1\n/,
    );
    expect(shown.stderr).toMatch(
      /bundle\.md:4:9: There is no module "tool-bsh" here\. Did you mean "tool-bash"\?/,
    );

    const used = await room.run(['bundle', 'use', 'house']);
    expect(used.stdout).toBe(`house is the bundle in use now (${settings}).\n`);
    expect(fs.readFileSync(settings, 'utf8')).toBe(
      '# mine\nlimits:\n  iterations: 9\nbundle:\n  active: house\n',
    );
    const current = await room.run(['bundle', 'current']);
    expect(current.stdout).toBe(`house (${room.at('bundles/house/bundle.md')}), chosen in ${settings}:5\n`);

    const cleared = await room.run(['bundle', 'clear']);
    expect(cleared.stdout).toMatch(/^default \(.*default\.md\), by default\n$/);
    expect(fs.readFileSync(settings, 'utf8')).toBe('# mine\nlimits:\n  iterations: 9\n');
  });

  test('includes one by its address: fetched once, unchanged until update (DL-12)', async () => {
    const room = openRoom();
    const agent = (text: string) =>
      `---\nmeta: { name: far-scout, description: ${text} }\n---\nYou look far.\n`;
    const far = publishRepository({
      'bundle.md': '---\nbundle: { name: far }\n---\nLook far.\n',
      'agents/far-scout.md': agent('Looks far'),
    });
    room.write('bundles/near.yaml', `bundle: { name: near }\nincludes: ['${far.address}']\n`);
    await room.run(['bundle', 'use', 'near']);
    const described = async () => (await room.run(['agent', 'list'])).stdout;
    expect(await described()).toMatch(/far-scout +Looks far\n/);

    far.folder.write('agents/far-scout.md', agent('Looks farther'));
    far.commit();
    expect(await described()).toMatch(/far-scout +Looks far\n/);
    await room.run(['update']);
    expect(await described()).toMatch(/far-scout +Looks farther\n/);
  });

  test('adds one that is elsewhere by a name, and removes it; an unknown one changes nothing (DL-14)', async () => {
    const room = openRoom();
    const settings = path.join(room.home, 'settings.yaml');

    const unknown = await room.run(['bundle', 'use', 'hous']);
    expect(unknown).toMatchObject({
      code: 2,
      stderr: '"hous" is not included: There is no bundle "hous". Did you mean "house"?\n',
    });
    expect(fs.existsSync(settings)).toBe(false);

    const added = await room.run(['bundle', 'add', './.amplifier/bundles/house/care.yaml', '--app']);
    expect(added.stdout).toBe(`care is known now and laid over every bundle in use (${settings}).\n`);
    expect((await room.run(['bundle', 'list', '--json'])).stdout).toContain('"name":"care","source":"added"');
    const config = await room.run(['config']);
    expect(config.stdout).toContain(`bundle.app: ["care"]  # ${settings}:`);
    expect(config.stdout).toMatch(/^providers\.replay\.script: ".*" {2}# .*settings\.yaml:\d+$/m);

    expect((await room.run(['bundle', 'remove', 'care'])).code).toBe(0);
    expect(await room.run(['bundle', 'remove', 'care'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('has no bundle "care"'),
    });
  });
});
