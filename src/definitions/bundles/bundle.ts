/** What a bundle says, in one shape whichever way it is written (DL-10, DL-11). */
import type { Diagnostic } from '../diagnostic.ts';
import type { ServiceSettings } from '../settings-schema.ts';

/** Where something was said: every later diagnostic about it names this place. */
export interface Origin {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** True of what was fetched from elsewhere: it may know less. */
  readonly isRemote: boolean;
}

export type Data = Readonly<Record<string, unknown>>;
/** A service of the bundle's own; it is never a thread of ours. */
export type BundleService = Exclude<ServiceSettings, { entry: string }>;

/** A tool, hook, provider, orchestrator or context manager. */
export interface BundleModule {
  readonly module: string;
  /** Tells two entries of one module apart. */
  readonly id?: string;
  readonly source?: string;
  readonly config: Data;
  /** What is started for it; absent: one of our own services is meant. */
  readonly service?: BundleService;
  /** Whoever said how it is started: its paths begin there. */
  readonly startedBy?: Origin;
  readonly origin: Origin;
}

export interface BundleInclude {
  /** An address, a path, `name:path`, or the name of a bundle. */
  readonly uri: string;
  /** Another name by which it may be known. */
  readonly alias?: string;
  readonly origin: Origin;
}

export interface BundleSession {
  readonly orchestrator?: BundleModule;
  readonly context?: BundleModule;
  /** Keys that are none of ours, as they are. */
  readonly more: Data;
}

export interface SpawnPolicy {
  readonly tools?: readonly string[];
  readonly exclude_tools?: readonly string[];
}

/** An agent of a bundle: a file, or frontmatter inside the bundle. */
export interface BundleAgent {
  readonly name: string;
  /** Name of the bundle it belongs to. */
  readonly namespace: string;
  readonly file: string;
  /** Written inside the bundle's file. */
  readonly inline?: { readonly frontmatter: Data; readonly instruction: string };
  /** The file is a definition of amplifier-ipc's whose agent this is: it works with what that composes. */
  readonly isDefinition?: true;
  readonly origin: Origin;
}

/** A file whose text the model is given. */
export interface BundleContext {
  /** `namespace:path`, by which it is known once. */
  readonly key: string;
  readonly origin: Origin;
  /** Absolute. */
  readonly file: string;
}

/** Configuration of one component, as amplifier-ipc writes it: of a service, or of whichever has it. */
export interface ComponentConfig {
  readonly service?: string;
  readonly component: string;
  readonly config: Data;
  readonly origin: Origin;
}

/** What composes: one bundle's, or that of several merged. */
export interface BundleParts {
  readonly name: string;
  readonly version?: string;
  readonly description: string;
  readonly file: string;
  readonly session: BundleSession;
  readonly providers: readonly BundleModule[];
  readonly tools: readonly BundleModule[];
  readonly hooks: readonly BundleModule[];
  readonly components: readonly ComponentConfig[];
  readonly agents: readonly BundleAgent[];
  readonly context: readonly BundleContext[];
  readonly spawn: SpawnPolicy;
  /** The provider that answers when nobody says another. */
  readonly provider?: string;
  /** The system instruction, and the file whose body it is. */
  readonly instruction: string;
  readonly instructionFrom?: Pick<Origin, 'file' | 'isRemote'>;
}

/** One file as it is read: what it names is not looked for yet. */
export interface Bundle extends Omit<BundleParts, 'agents' | 'context'> {
  /** The folder that `name:path` begins at. */
  readonly root: string;
  readonly isRemote: boolean;
  readonly includes: readonly BundleInclude[];
  readonly agents: {
    /** Which of the bundle's own agents it brings; names may have a namespace. */
    readonly roster: 'all' | 'none' | readonly { readonly name: string; readonly origin: Origin }[];
    readonly inline: readonly BundleAgent[];
  };
  /** Paths, with or without a namespace. */
  readonly context: readonly { readonly path: string; readonly origin: Origin }[];
}

/** The beginning of a diagnostic about something. */
export function placeOf({
  origin,
}: {
  readonly origin: Origin;
}): Pick<Diagnostic, 'file' | 'line' | 'column'> {
  const { file, line, column } = origin;
  return { file, ...(line !== undefined && { line }), ...(column !== undefined && { column }) };
}
