/**
 * Whether a service that is not ours may run: the person is asked before it first does, the answer is remembered
 * by version, and a service runs with what it was granted (RT-8). What runs unasked is only its `describe`, with
 * nothing granted, as it has to say what it asks for.
 */
import type { Surroundings } from '../../definitions/compose.ts';
import type { ServiceSpec } from '../../definitions/service-spec.ts';
import { type ApprovalOutcome, ApprovalRequest, isGrant } from '../../protocol/approvals.ts';
import { PatchbayError } from '../../protocol/errors.ts';
import type { Manifest, Permissions } from '../../protocol/manifest.ts';
import { gateEvents } from '../closed-gates.ts';
import { SourceHashes } from '../source-hashes.ts';
import { heldSpec, holderOf, specToDescribe } from './held-spec.ts';
import { type Details, detailsOf, samePermissions } from './permission-words.ts';
import { printOf } from './service-files.ts';
import { toldPrint } from './told-text.ts';
import { type Decision, TrustStore } from './trust-file.ts';

/**
 * What happens with a service the person has not decided about: they are asked; it is allowed, or denied, as long as
 * the host lives. `unheld` stands for a person who allows everything to all of them, in tests of other things.
 */
export type Consent = 'ask' | 'allow' | 'deny' | 'unheld';

/** Who can ask the person. */
export interface Asker {
  /** The session at the top of the tree, and its turn. */
  readonly session: { readonly id: string; readonly turn: number };
  ask(request: ApprovalRequest): Promise<ApprovalOutcome>;
}

export interface Granted {
  /** As it may be started. */
  readonly spec: ServiceSpec;
  /** Absent when nobody has to allow it. */
  readonly permissions?: Permissions;
}

/** Of one service, for one turn. */
export interface Admission {
  /**
   * What was decided, or undefined when the person has to be asked first.
   * @throws PatchbayError `denied`; `config` when the decisions cannot be read.
   */
  decided(): Promise<Granted | undefined>;
  /** As it is started to be described, before anybody decided. */
  apart(): Promise<ServiceSpec>;
  /**
   * Asks where this version, asking for this, was not decided about.
   * @param manifest absent for a service that cannot be described before: nothing is granted then.
   * @throws as `decided`; `cancelled`.
   */
  admit(manifest: Manifest | undefined): Promise<Granted>;
  /** Hook events that the service is known to guard although it is denied. */
  readonly gates: readonly string[];
}

/** The person's word on one version, for as long as the host lives or, with a turn, for that turn. */
interface Word {
  readonly permissions: Permissions;
  readonly told?: string | undefined;
  readonly answer: 'allow' | 'deny';
  readonly turn?: number;
}

export const ALLOW_VERSION = 'Allow this version';
export const ALLOW_SESSION = 'Allow for this session';
const DENY = 'Deny';

export class Admissions {
  readonly store: TrustStore;
  readonly #consent: Consent;
  readonly #surroundings: () => Surroundings | Promise<Surroundings>;
  readonly #hashes = new SourceHashes();
  /** By session and version. */
  readonly #words = new Map<string, Word>();
  /** Questions that wait, so that none is asked twice at once. */
  readonly #asking = new Map<string, Promise<Word>>();

  constructor(
    home: string,
    options: { surroundings: () => Surroundings | Promise<Surroundings>; consent?: Consent | undefined },
  ) {
    this.store = new TrustStore(home);
    this.#consent = options.consent ?? 'ask';
    this.#surroundings = options.surroundings;
  }

  /** @param asker absent outside of a turn: nobody can be asked. */
  of(spec: ServiceSpec, asker?: Asker): Admission {
    if (!spec.thirdParty || this.#consent === 'unheld') return freeAdmission(spec);
    const gates: string[] = [];
    const decided = async (manifest?: Manifest): Promise<Granted | undefined> => {
      const { word, decision } = await this.#known(spec, asker, manifest);
      if (word?.answer === 'deny') {
        gates.push(...(decision?.gates ?? []));
        throw denied(spec, this.store.file);
      }
      return word && this.#grant(spec, word.permissions);
    };
    return {
      gates,
      decided: () => decided(),
      apart: async () => {
        const { node, environment } = await this.#surroundings();
        return specToDescribe(spec, node, { environment, hashes: this.#hashes });
      },
      admit: async (manifest) => {
        const known = await decided(manifest);
        if (known) return known;
        const word = await this.#decide(spec, manifest, asker);
        if (word.answer === 'allow') return this.#grant(spec, word.permissions);
        gates.push(...(manifest ? gateEvents(manifest) : []));
        throw denied(spec, this.store.file);
      },
    };
  }

  /** What the person is told of a service before they answer. */
  async details(spec: ServiceSpec, manifest: Manifest | undefined): Promise<Details> {
    const print = await printOf(spec, this.#hashes);
    const before = (await this.store.all()).findLast(
      ({ name, origin, answer }) => name === spec.name && origin === spec.origin && answer === 'allow',
    );
    return detailsOf({ spec, manifest, print, holds: await holderOf(spec), before });
  }

  /** Writes down an answer about this version. @throws PatchbayError `config` when that cannot be done. */
  async remember(
    spec: ServiceSpec,
    manifest: Manifest | undefined,
    answer: Decision['answer'],
  ): Promise<void> {
    await this.store.remember({
      name: spec.name,
      origin: spec.origin,
      print: await printOf(spec, this.#hashes),
      version: manifest?.version,
      permissions: manifest?.permissions ?? {},
      told: manifest && toldPrint(manifest),
      answer,
      gates: manifest ? gateEvents(manifest) : [],
      at: new Date().toISOString(),
    });
  }

  /** Takes back every answer about services of this name; gives how many were on disk. */
  async forget(name: string): Promise<number> {
    for (const key of this.#words.keys()) if (nameIn(key) === name) this.#words.delete(key);
    return this.store.forget(name);
  }

  /** @param manifest when it is known: an answer holds for what was asked for. */
  async #known(
    spec: ServiceSpec,
    asker: Asker | undefined,
    manifest?: Manifest,
  ): Promise<{ readonly word?: Word; readonly decision?: Decision }> {
    const print = await printOf(spec, this.#hashes);
    const counts = ({ permissions, told }: Word) =>
      !manifest || (samePermissions(permissions, manifest.permissions ?? {}) && told === toldPrint(manifest));
    const ofSession = this.#words.get(keyOf(asker, spec, print));
    const isPast = ofSession?.turn !== undefined && ofSession.turn !== asker?.session.turn;
    if (ofSession && !isPast && counts(ofSession)) return { word: ofSession };
    const decision = (await this.store.all()).find(
      (each) => each.name === spec.name && each.origin === spec.origin && each.print === print,
    );
    return decision && counts(decision) ? { word: decision, decision } : {};
  }

  async #decide(spec: ServiceSpec, manifest: Manifest | undefined, asker: Asker | undefined): Promise<Word> {
    const key = keyOf(asker, spec, await printOf(spec, this.#hashes));
    const asked = this.#asking.get(key) ?? this.#ask(spec, manifest, asker);
    this.#asking.set(key, asked);
    try {
      const word = await asked;
      this.#words.set(key, word);
      return word;
    } finally {
      this.#asking.delete(key);
    }
  }

  async #ask(spec: ServiceSpec, manifest: Manifest | undefined, asker: Asker | undefined): Promise<Word> {
    const asked = { permissions: manifest?.permissions ?? {}, told: manifest && toldPrint(manifest) };
    if (this.#consent === 'allow' || this.#consent === 'deny') return { ...asked, answer: this.#consent };
    if (!asker) {
      throw new PatchbayError('denied', `Service "${spec.name}" (${spec.origin}) was not allowed yet.`, {
        service: spec.name,
        remedy: 'The next prompt of a session asks you about it.',
      });
    }
    const request = ApprovalRequest.parse({
      prompt: `Let service "${spec.name}" run?`,
      options: [ALLOW_VERSION, ALLOW_SESSION, DENY],
      subject: {
        service: spec.name,
        reason: 'it did not come with Patchbay',
        details: await this.details(spec, manifest),
      },
    });
    const { choice, by } = await asker.ask(request);
    const answer = isGrant(choice) ? 'allow' : 'deny';
    // Silence is no answer to remember: the next turn asks again.
    const isSaid = by === 'person' && (answer === 'allow' || choice === DENY);
    if (!isSaid) return { ...asked, answer, turn: asker.session.turn };
    if (answer === 'deny' || choice === ALLOW_VERSION) await this.remember(spec, manifest, answer);
    return { ...asked, answer };
  }

  async #grant(spec: ServiceSpec, permissions: Permissions): Promise<Granted> {
    const { environment } = await this.#surroundings();
    return { spec: await heldSpec(spec, permissions, { environment, hashes: this.#hashes }), permissions };
  }
}

function freeAdmission(spec: ServiceSpec): Admission {
  const granted = Promise.resolve({ spec });
  return { gates: [], decided: () => granted, apart: async () => spec, admit: () => granted };
}

function denied({ name, origin }: ServiceSpec, file: string): PatchbayError {
  return new PatchbayError('denied', `Service "${name}" (${origin}) is not allowed to run.`, {
    service: name,
    remedy: `To be asked again: "Patchbay: Service permissions…" or \`patchbay service trust forget ${name}\` (decisions are kept in ${file}). Or remove the service from ${origin}.`,
  });
}

function keyOf(asker: Asker | undefined, { name, origin }: ServiceSpec, print: string): string {
  return JSON.stringify([name, origin, print, asker?.session.id ?? null]);
}

function nameIn(key: string): string {
  return (JSON.parse(key) as [string])[0];
}
