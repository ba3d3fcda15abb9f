/** `patchbay services --watch`: what lives now in other processes, until the person has seen enough (RT-35). */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { HostSnapshot } from '../../../src/protocol/service-status.ts';
import { type Command, type CommandRoom, openCommandRoom } from '../../builders/command-line.ts';

const hostFiles = ({ home }: CommandRoom) =>
  fs.existsSync(path.join(home, 'run')) ? fs.readdirSync(path.join(home, 'run')) : [];

/** A turn that waits for an answer, its services with it. */
async function waitingTurn(room: CommandRoom): Promise<Command> {
  const turn = room.start(['run', '--approve', 'ask', 'Please write the note.']);
  await turn.until(/\[1\] Allow once/);
  return turn;
}

function snapshotsOf(stdout: string): HostSnapshot[][] {
  const lines = stdout.trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line).hosts.map((host: unknown) => HostSnapshot.parse(host)));
}

describe('patchbay services --watch', () => {
  test('shows the services of a turn that runs elsewhere, and ends with q', async () => {
    const room = openCommandRoom();
    const turn = await waitingTurn(room);
    const watching = room.start(['services', '--watch']);

    await watching.until(/hook-approval +thread +\d+ +(busy|idle) +turn +\d+\.\d MB/, 'stdout');
    await watching.until(new RegExp(`terminal \\(pid ${turn.pid}\\), \\d+ running`), 'stdout');
    await watching.until(/loop-streaming +thread +\d+ +busy +turn .* 1 \(1 open\)/, 'stdout');
    watching.type('q');
    expect(await watching.ended).toMatchObject({ code: 0, stderr: '' });

    turn.type('2\n');
    turn.kill('SIGKILL');
  });

  test('--json prints a line of all hosts at each change; a host that ends is gone, its file too', async () => {
    const room = openCommandRoom();
    const [one, other] = [await waitingTurn(room), await waitingTurn(room)];
    await expect.poll(() => hostFiles(room)).toHaveLength(2);
    const watching = room.start(['services', '--watch', '--json']);
    const both = `"pid":${one.pid},"title".*"pid":${other.pid},"title"`;
    const turned = `"pid":${other.pid},"title".*"pid":${one.pid},"title"`;
    await watching.until(new RegExp(`${both}|${turned}`), 'stdout');

    one.kill('SIGKILL');
    await one.ended;
    await watching.until(
      new RegExp(`"hosts":\\[\\{"pid":${other.pid},"title"[^\\n]*\\}\\]\\}\\n$`),
      'stdout',
    );
    await expect.poll(() => hostFiles(room)).toHaveLength(1);
    other.kill('SIGTERM');
    await other.ended;
    expect(hostFiles(room)).toEqual([]);
    await watching.until(/"hosts":\[\]\}\n$/, 'stdout');
    watching.kill('SIGINT');

    const { code, stdout } = await watching.ended;
    expect(code).toBe(0);
    const orchestrators = snapshotsOf(stdout)
      .flat()
      .flatMap(({ services }) => services.filter(({ service }) => service === 'loop-streaming'));
    expect(orchestrators[0]).toMatchObject({ kind: 'thread', session_id: expect.any(String), restarts: 0 });
  });

  test('says that nothing runs, and clears away what dead hosts left', async () => {
    const room = openCommandRoom();
    fs.mkdirSync(path.join(room.home, 'run'));
    const left = { pid: 2 ** 22 + 1, seen_at: Date.now(), port: 9, token: 'x' };
    fs.writeFileSync(path.join(room.home, 'run', 'left.json'), JSON.stringify(left));
    fs.writeFileSync(path.join(room.home, 'run', 'broken.json'), '{');

    const watching = room.start(['services', '--watch']);
    await watching.until(/^No services are running/, 'stdout');
    watching.kill('SIGTERM');

    expect((await watching.ended).code).toBe(0);
    expect(hostFiles(room)).toEqual([]);
  });
});
