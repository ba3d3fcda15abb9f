/**
 * Which part of an environment a service gets (design §2.6). Pure: the environment itself is read once, by
 * the composition root.
 */

export type Environment = Readonly<Record<string, string>>;

/** What programs need to find files, folders and their language, and nothing else. */
const BASE = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
  'TZ',
  'TMPDIR',
  'TEMP',
  'TMP',
  'TERM',
  'SystemRoot',
  'SystemDrive',
  'windir',
  'ComSpec',
  'PATHEXT',
  'USERPROFILE',
  'USERNAME',
  'APPDATA',
  'LOCALAPPDATA',
  'ProgramData',
  'ProgramFiles',
  'ProgramFiles(x86)',
  'HOMEDRIVE',
  'HOMEPATH',
];
const PROXY = [
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'NODE_EXTRA_CA_CERTS',
];
/** A name that looks like it holds a secret; a shell never gets it unless the settings name it. */
const SECRET = /(api_?key|token|secret|passw|credential|private_?key|auth)/i;
/** Variables that change how a Node or Electron child behaves; never handed on. */
const RUNTIME = /^(VSCODE_|ELECTRON_|NODE_OPTIONS$|NODE_CHANNEL_FD$)/;

/** The base and the variables named, of those that are set. */
export function pickEnvironment(from: Environment, names: readonly string[] = []): Environment {
  return pick(from, [...BASE, ...names]);
}

/** What a service that talks to the network gets beside the variables named. */
export function networkEnvironment(from: Environment, names: readonly string[]): Environment {
  const picked = pick(from, [...BASE, ...PROXY, ...names]);
  // Node's own fetch looks at proxy variables only when it is told to.
  const isProxied = PROXY.some((name) => /proxy/i.test(name) && picked[name] !== undefined);
  return isProxied ? Object.freeze({ ...picked, NODE_USE_ENV_PROXY: '1' }) : picked;
}

/** A person's shell environment without what looks like a secret. `allowed` names exceptions. */
export function shellEnvironment(from: Environment, allowed: readonly string[] = []): Environment {
  return pick(
    from,
    Object.keys(from).filter((name) => !RUNTIME.test(name) && (!SECRET.test(name) || allowed.includes(name))),
  );
}

function pick(from: Environment, names: readonly string[]): Environment {
  // Windows writes `Path`; there names are compared without case.
  const wanted = new Set(names.map((name) => name.toUpperCase()));
  return Object.freeze(
    Object.fromEntries(Object.entries(from).filter(([name]) => wanted.has(name.toUpperCase()))),
  );
}
