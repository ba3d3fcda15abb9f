/** A turn with what a bundle brings: a service of a behavior it includes, an agent, text for the model (DL-10…13). */
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { finished, openHostRoom, scripted, toolResults } from '../../builders/host-turns.ts';
import { FIXTURES } from '../../builders/links.ts';

test('an agent of a bundle works with a service of a behavior that the bundle includes (DL-10)', async () => {
  const answers = [{ tool_calls: [{ name: 'count', input: { text: 'abc' } }] }, { text: 'Nine.' }];
  const room = openHostRoom();
  const record = path.join(room.home, 'requests.jsonl');
  room.configure({ ...scripted(answers, {}, { record }), bundle: { active: 'house' } });
  const write = (file: string, text: string) => {
    const at = path.join(room.folder, '.amplifier', 'bundles', 'house', file);
    fs.mkdirSync(path.dirname(at), { recursive: true });
    fs.writeFileSync(at, text);
  };
  const command = [process.execPath, path.join(FIXTURES, 'letters.ts')];
  write(
    'behaviors/counting.yaml',
    `tools:\n  - { module: tool-letters, command: ${JSON.stringify(command)}, config: { count: { times: 2 } } }\n`,
  );
  write(
    'bundle.md',
    `---
includes: ['house:behaviors/counting', ./gone]
tools: [{ module: tool-letters, config: { count: { times: 3 } } }]
context: { include: [words.md] }
---
Count with care, as @more/care.md says.
`,
  );
  write('more/care.md', 'Care means twice.');
  write('words.md', 'A word is a word.');
  write('agents/counter.md', '---\ndescription: Counts.\ntools: [count]\n---\nYou count letters.');
  const session = await room.session();

  const events = await room.turn(session, 'How many?', { agent: 'house:counter' });

  expect(finished(events)).toMatchObject({ status: 'completed' });
  expect(toolResults(session)).toEqual(['9']);
  const [request] = fs.readFileSync(record, 'utf8').split('\n');
  expect(request).toContain('You count letters.');
  expect(request).toContain('Count with care, as');
  expect(request).toMatch(/@more\/care\.md → [^>]*>\\nCare means twice\./);
  expect(request).toContain('<context_file path=\\"house:words.md\\">\\nA word is a word.');
  const notices = events.filter(({ type }) => type === 'notice').map((event) => JSON.stringify(event));
  expect(notices.join('\n')).toContain('is not included');
});
