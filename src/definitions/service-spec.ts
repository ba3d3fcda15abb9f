/** What the host needs to start one service: where it is, how it is isolated, what it may know. */

import type { OnFailure } from '../protocol/hooks.ts';
import type { HostMethod } from '../protocol/methods.ts';
import type { Environment } from './environment.ts';
import type { MissingVariable } from './variables.ts';

interface Common {
  /** The name in the composition, by which it is shown and blamed. */
  readonly name: string;
  /** The overlay: all the service sees of an environment. */
  readonly env: Environment;
  /** Configuration by component name. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Who brought it: `built-in` or the settings file. */
  readonly origin: string;
  /**
   * Hook events this service is known to gate. Should it not even start, those gates are closed, as if the
   * hook had failed (RT-42a): a guard that is missing has not said yes.
   */
  readonly gates?: readonly string[];
  /** What it may ask of the host beside what any service may: given to our own alone. */
  readonly grants?: readonly HostMethod[];
  /** Variables that its settings ask for and nobody has: it may be asked what it offers, and nothing else. */
  readonly missing?: readonly MissingVariable[];
  /** What a failure of its hooks means, in the place of what each hook says. */
  readonly onFailure?: OnFailure;
  /** Set for a service that did not ship with us: the person is asked before it first runs (RT-8). */
  readonly thirdParty?: ThirdParty;
}

export interface ThirdParty {
  /** The session's folder: what its permissions are relative to. */
  readonly folder: string;
  /** What the settings give it by value, of its `env`: what is run depends on it. */
  readonly given?: Environment | undefined;
}

export interface ThreadSpec extends Common {
  readonly isolation: 'thread';
  /** Absolute path of an ES module. */
  readonly entry: string;
  /** Megabytes of heap after which the thread is ended; 512 when absent. */
  readonly maxHeapMb?: number | undefined;
}

/** What a service in Python needs before it can be started (RT-6). */
export interface PythonNeeds {
  /** Absolute path. */
  readonly script: string;
  /** As `pip install` takes them; files are absolute paths. */
  readonly requirements: readonly string[];
  /** The folder in which environments are kept. */
  readonly environments: string;
  /** What the installer may know: the service's overlay and how to reach the network. */
  readonly installEnv: Environment;
}

export interface ProcessSpec extends Common {
  readonly isolation: 'process';
  /** Program and arguments. */
  readonly command: readonly string[];
  /** The command is made of this when the service is started. */
  readonly python?: PythonNeeds;
  readonly cwd?: string;
  /** For our own services: the module the command runs, whose content identifies the manifest. */
  readonly entry?: string;
}

/** A service that somebody else runs and that is reached over HTTP (protocol/http-wire.ts). It has its own environment. */
export interface HttpSpec extends Common {
  readonly isolation: 'http';
  /** https, or http on this machine. */
  readonly url: string;
  readonly token?: string | undefined;
  /** The variable that the token comes from, for who has to set it. */
  readonly tokenName?: string | undefined;
  readonly entry?: undefined;
}

export type ServiceSpec = ThreadSpec | ProcessSpec | HttpSpec;
