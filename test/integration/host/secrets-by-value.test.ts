/** Values of sidecars and variables are masked wherever they turn up, whatever they look like (RT-51, AT-40…46). */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders are written so in settings.
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { openCommandRoom } from '../../builders/command-line.ts';
import { finished, fixtureService, openHostRoom, scripted, toolResults } from '../../builders/host-turns.ts';

/** None has a form that a mask would know. */
const SECRETS = { DB_PASSWORD: 'hunter2!', HOST_PIN_TOKEN: 'swordfish-99', SHELL_TOKEN: 'open-sesame-7' };
const ORDINARY = 'eu-west-1';
const { SHELL_TOKEN, ...ofTheFile } = SECRETS;
const SIDECAR = `${Object.entries(ofTheFile)
  .map(([name, value]) => `${name}="${value}"`)
  .join('\n')}\nREGION=${ORDINARY}\nUNUSED_SECRET=never-asked-4-it\n`;
const ALL = [...Object.values(SECRETS), 'never-asked-4-it'];
const SHOW = 'cat .amplifier/.ai-agent.env';

/** Every file below a folder but the sidecars, by its path. */
function filesBelow(folder: string): [string, string][] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== '.ai-agent.env')
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => [file, fs.readFileSync(file, 'utf8')]);
}

function expectNone(text: string, where: string): void {
  for (const secret of ALL) {
    const at = text.indexOf(secret);
    expect(at < 0 ? '' : text.slice(Math.max(0, at - 200), at + 60), where).toBe('');
  }
}

test('nothing of them is in tool results, events, transcript, metadata, ledger, logs or what a tool shows live', async () => {
  const record = path.join('home', 'asked.jsonl');
  const calls = [
    { name: 'environment', input: {} },
    { name: 'bash', input: { command: SHOW } },
    { name: 'never_heard_of', input: { text: SECRETS.DB_PASSWORD } },
  ];
  const room = openHostRoom({
    environment: { PATH: process.env.PATH ?? '', SHELL_TOKEN },
  });
  const file = path.join(room.home, '..', record);
  const variables = {
    PASSWORD: '${DB_PASSWORD}',
    PIN: 'x-${HOST_PIN_TOKEN}',
    WHERE: '${REGION}',
    SHELL: '${SHELL_TOKEN}',
  };
  room.configure(
    scripted(
      [{ tool_calls: calls }, { text: `It is ${SECRETS.DB_PASSWORD}, they say.` }],
      {
        accounting: { ledger: true },
        services: { tools: fixtureService('process', 'faulty-tools.ts', variables) },
      },
      { record: file },
    ),
  );
  fs.writeFileSync(path.join(room.folder, '.amplifier', '.ai-agent.env'), SIDECAR);
  const session = await room.session();

  // The person's own words are kept masked too.
  const events = await room.turn(session, `Is it ${SECRETS.HOST_PIN_TOKEN}?`);

  expect(finished(events).status).toBe('completed');
  const [environment, shown] = toolResults(session);
  expect(JSON.parse(environment!)).toMatchObject({
    PASSWORD: '[REDACTED:DB_PASSWORD]',
    PIN: 'x-[REDACTED:HOST_PIN_TOKEN]',
    SHELL: '[REDACTED:SHELL_TOKEN]',
    WHERE: ORDINARY,
  });
  expect(shown).toContain(`REGION=${ORDINARY}`);
  expect(shown).toContain('UNUSED_SECRET=[REDACTED:UNUSED_SECRET]');
  expectNone(JSON.stringify(events), 'events');
  expectNone(JSON.stringify(session.transcript), 'transcript');
  for (const { id } of room.host.services.list()) expectNone(room.host.services.log(id), `log of ${id}`);
  // The model is told of no tool's secrets; what the person wrote, it has.
  const asked = fs.readFileSync(file, 'utf8');
  for (const secret of ALL.filter((each) => each !== SECRETS.HOST_PIN_TOKEN && each !== SECRETS.DB_PASSWORD))
    expect(asked).not.toContain(secret);
  expect(asked).toContain(SECRETS.HOST_PIN_TOKEN);
  fs.rmSync(file);

  await room.host[Symbol.asyncDispose]();
  const files = filesBelow(room.home);
  for (const name of [
    'events.jsonl',
    'transcript.jsonl',
    'metadata.json',
    'accounting.jsonl',
    `${path.sep}logs${path.sep}`,
  ])
    expect(
      files.some(([each]) => each.includes(name)),
      name,
    ).toBe(true);
  for (const [each, text] of files) expectNone(text, each);
});

test('nor in what `run --json` and `session export` print (RT-51)', async () => {
  const script = {
    conversations: [
      {
        match: 'show it',
        turns: [
          { text: 'I look.', tool_calls: [{ name: 'bash', arguments: { command: SHOW } }] },
          { text: `It says ${SECRETS.DB_PASSWORD}.` },
        ],
      },
    ],
  };
  const room = openCommandRoom({ providers: { replay: { script: '.amplifier/leak.yaml' } } });
  fs.writeFileSync(path.join(room.folder, '.amplifier', 'leak.yaml'), stringify(script));
  fs.writeFileSync(path.join(room.folder, '.amplifier', '.ai-agent.env'), SIDECAR);
  const run = await room.run(['run', '--json', '--approve', 'allow', `show it: ${SECRETS.HOST_PIN_TOKEN}`]);

  expect(run).toMatchObject({ code: 0 });
  expect(run.stdout).toContain('[REDACTED:DB_PASSWORD]');
  expectNone(run.stdout + run.stderr, 'output');
  const id = (JSON.parse(run.stdout.split('\n')[0]!) as { session_id: string }).session_id;
  const exported = await room.run(['session', 'export', id]);
  expect(exported).toMatchObject({ code: 0 });
  expectNone(exported.stdout, 'export');
  for (const [each, text] of filesBelow(room.home)) expectNone(text, each);
});
