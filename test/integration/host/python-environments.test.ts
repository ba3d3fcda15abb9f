/**
 * Services in Python with requirements of their own (RT-6): an environment is made once for what is required,
 * with uv or with Python's own tools, and what is missing is said with its remedy. Packages come from files, so
 * that nothing is fetched. Needs python3 with venv on the PATH.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  finished,
  type HostRoom,
  noticesOf,
  ofType,
  openHostRoom,
  type ServiceSettings,
  scripted,
  toolResults,
} from '../../builders/host-turns.ts';

const python = ['python3', 'python'].find(
  (name) => spawnSync(name, ['-c', 'import venv, ensurepip'], { stdio: 'ignore' }).status === 0,
);
const onPosix = process.platform !== 'win32';
const HELPER = path.resolve(import.meta.dirname, '../../../docs/examples/python/patchbay_service.py');
/** pip and uv ask no index, whatever is configured on this machine. */
const OFFLINE = { PIP_NO_INDEX: '1', UV_OFFLINE: '1' };

/** A package of one file, in the form in which pip installs it: a zip archive with a record of what it holds. */
const MAKE_WHEEL = `
import sys, zipfile
name, version, folder = sys.argv[1:]
info = f"{name}-{version}.dist-info"
with zipfile.ZipFile(f"{folder}/{name}-{version}-py3-none-any.whl", "w") as wheel:
    wheel.writestr(f"{name}.py", f"version = '{version}'\\n")
    wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n")
    wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr(f"{info}/RECORD", "")
`;

function writeService(room: HostRoom, name: string, version: string): ServiceSettings {
  const wheel = spawnSync(python!, ['-c', MAKE_WHEEL, 'greeting', version, room.folder], {
    encoding: 'utf8',
  });
  expect(wheel).toMatchObject({ status: 0 });
  fs.copyFileSync(HELPER, path.join(room.folder, 'patchbay_service.py'));
  fs.writeFileSync(
    path.join(room.folder, `${name}.py`),
    `import greeting
from patchbay_service import Service
service = Service("${name}")
service.tool("${name}_version", "Says which version it has.", {})(lambda given, call: greeting.version)
service.serve()
`,
  );
  const requirements = [`./greeting-${version}-py3-none-any.whl`];
  return { python: { script: `${name}.py`, requirements }, env: OFFLINE };
}

async function turn(room: HostRoom, services: Record<string, ServiceSettings>) {
  const calls = Object.keys(services).map((name) => ({ name: `${name}_version`, input: {} }));
  room.configure(scripted([{ tool_calls: calls }, { text: 'done' }], { services }));
  const session = await room.session();
  const events = await room.turn(session, 'Which?');
  expect(finished(events).status).toBe('completed');
  return { events, results: toolResults(session) };
}

const environmentsOf = (room: HostRoom) => fs.readdirSync(path.join(room.home, 'environments')).sort();

/** A program as a script of the shell, before those of this machine. */
function addProgram(room: HostRoom, name: string, script: string): string {
  const bin = path.join(room.folder, 'bin');
  fs.mkdirSync(bin, { recursive: true });
  fs.writeFileSync(path.join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return bin;
}

/** A stand-in for uv: its arguments, noted in `uv.log`, and its work, done with what Python has. */
const UV = (log: string) => `echo "$@" >> '${log}'
case "$1" in
  --version) echo 'uv 0.0.0' ;;
  venv) exec "$3" -m venv --without-pip "$4" ;;
  pip) exec "$4" -c 'import sys, sysconfig, zipfile
try:
    zipfile.ZipFile(sys.argv[1]).extractall(sysconfig.get_path("purelib"))
except OSError:
    sys.exit("error: nobody has " + sys.argv[1])' "$5" ;;
esac`;

function withUv(room: HostRoom): { readonly log: string; readonly env: Record<string, string> } {
  const log = path.join(room.folder, 'uv.log');
  const bin = addProgram(room, 'uv', UV(log));
  return { log, env: { ...OFFLINE, PATH: `${bin}${path.delimiter}${process.env.PATH}` } };
}

describe.runIf(python)('a Python service with requirements', () => {
  it('runs in an environment that is made once, by venv and pip', async () => {
    const room = openHostRoom();
    const bin = addProgram(room, 'uv', 'exit 1');
    const env = { ...OFFLINE, PATH: `${bin}${path.delimiter}${process.env.PATH}` };
    const older = { ...writeService(room, 'older', '1.0'), env };

    expect((await turn(room, { older })).results).toEqual(['1.0']);
    const made = environmentsOf(room);
    expect(made.filter((name) => name.endsWith('.json'))).toHaveLength(1);

    expect((await turn(room, { older })).results).toEqual(['1.0']);
    expect(environmentsOf(room)).toEqual(made);
  }, 120_000);

  it('that is the session’s goes on in its next turn, and is started anew when its script has changed (RT-23, RT-36)', async () => {
    const room = openHostRoom();
    const lasting = writeService(room, 'lasting', '1.0');
    const script = path.join(room.folder, 'lasting.py');
    const count = (begin: number) =>
      fs.writeFileSync(
        script,
        `import greeting, itertools
from patchbay_service import Service
service, numbers = Service("lasting"), itertools.count(${begin})
service._about["scope"] = "session"
service.tool("lasting_count", "Counts.", {})(lambda given, call: str(next(numbers)))
service.serve()
`,
      );
    count(1);
    const answers = [{ tool_calls: [{ name: 'lasting_count' }] }, { text: 'done' }];
    room.configure(scripted(answers, { services: { lasting } }));
    const session = await room.session();
    const begun = async () => {
      const events = await room.turn(session, 'Count.');
      return ofType(events, 'service.started').filter(({ service }) => service === 'lasting').length;
    };

    expect([await begun(), await begun()]).toEqual([1, 0]);
    expect(toolResults(session)).toEqual(['1', '2']);

    count(70);
    await begun();
    expect(toolResults(session).at(-1)).toBe('70');
  }, 120_000);

  it('needs Python: without it the notice says so', async () => {
    const room = openHostRoom();
    const lost = { python: { script: 'x.py', requirements: ['x'] }, env: { PATH: room.home } };
    const { events } = await turn(room, { lost });
    const [notice] = noticesOf(events, 'lost');
    expect(notice?.text).toMatch(/needs Python, and there is neither python3 nor python/);
    expect(notice?.remedy).toMatch(/^Install Python/);
  });

  describe.runIf(onPosix)('with other programs on the PATH', () => {
    it('is prepared with uv where it is there: two versions of a package in one turn', async () => {
      const room = openHostRoom();
      const { log, env } = withUv(room);
      const services = {
        older: { ...writeService(room, 'older', '1.0'), env },
        newer: { ...writeService(room, 'newer', '2.0'), env },
      };
      expect((await turn(room, services)).results).toEqual(['1.0', '2.0']);
      const asked = fs.readFileSync(log, 'utf8');
      expect(asked).toMatch(/^venv --python python3? .*environments/m);
      expect(asked).toMatch(/^pip install --python .*python .*greeting-1\.0/m);
    }, 60_000);

    it('that cannot be installed is named with what was tried, leaves nothing, and the turn goes on', async () => {
      const room = openHostRoom();
      const { env } = withUv(room);
      const missing = { python: { script: 'older.py', requirements: ['no-such-package'] }, env };
      const { events } = await turn(room, { missing });

      const [notice] = noticesOf(events, 'missing');
      expect(notice?.text).toMatch(/requires cannot be installed: error: nobody has no-such-package/);
      expect(notice?.remedy).toMatch(/Correct `requirements`, or try: uv pip install .*no-such-package/);
      expect(environmentsOf(room)).toEqual([]);
      expect(ofType(events, 'service.started').map(({ service }) => service)).not.toContain('missing');
    });

    it('whose installer is missing says which to install, with the command', async () => {
      const room = openHostRoom();
      const only = `case "$1" in --version) echo 'Python 3.99.0' ;; *) echo 'No module named venv' >&2; exit 1 ;; esac`;
      const env = { ...OFFLINE, PATH: addProgram(room, 'python3', only) };
      const bare = { python: { script: 'x.py', requirements: ['x'] }, env };
      const { events } = await turn(room, { bare });
      const [notice] = noticesOf(events, 'bare');
      expect(notice?.text).toMatch(/No environment can be made for service "bare": No module named venv/);
      expect(notice?.remedy).toMatch(
        /Install uv \(`python3 -m pip install uv`\), or .*apt install python3-venv/,
      );
    });
  });
});
