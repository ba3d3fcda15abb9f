/** Asking providers outside a turn: which there are, which models they have, whether a key works. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { foreignAddress } from '../definitions/available-providers.ts';
import type { Composition } from '../definitions/compose.ts';
import { modelListFile, modelListText } from '../definitions/model-lists.ts';
import type { ServiceSpec } from '../definitions/service-spec.ts';
import type { ModelInfo } from '../protocol/data.ts';
import { asPatchbayError, PatchbayError } from '../protocol/errors.ts';
import type { Manifest } from '../protocol/manifest.ts';
import { writeAtomically } from '../session/atomic-file.ts';
import type { Link } from './links/link.ts';
import type { ManifestCache } from './manifests.ts';
import type { Admissions } from './permissions/admissions.ts';
import { ServiceSlot } from './service-slot.ts';
import type { Spawner } from './spawner.ts';

export interface Starter {
  /** Where what is learned of providers is kept. */
  readonly home: string;
  readonly spawner: Spawner;
  readonly manifests: ManifestCache;
  readonly admissions: Admissions;
}

export interface DescribedService {
  readonly spec: ServiceSpec;
  /** Absent when it could not be described; `error` says why. */
  readonly manifest?: Manifest;
  readonly error?: PatchbayError;
}

/** Every service of a composition with what it offers. Starts those whose manifest is not known. */
export function describeServices(starter: Starter, composition: Composition): Promise<DescribedService[]> {
  return Promise.all(
    composition.services.map(async (spec) => {
      await using slot = openSlot(starter, spec);
      try {
        return { spec, manifest: await slot.value.manifest() };
      } catch (error) {
        return { spec, error: asPatchbayError(error, spec.name) };
      }
    }),
  );
}

/**
 * The models of a provider, by a real call of its API: so it also proves a key. They are kept, so that turns can
 * choose among them without asking.
 * @throws PatchbayError auth, network, … as the provider says; `config` when there is no such provider.
 */
export async function listModels(
  starter: Starter,
  composition: Composition,
  provider: string,
  signal?: AbortSignal,
): Promise<ModelInfo[]> {
  const services = await describeServices(starter, composition);
  const found = services.findLast(({ manifest }) =>
    manifest?.capabilities.providers.some(({ name }) => name === provider),
  );
  if (!found) throw new PatchbayError('config', `There is no provider "${provider}".`);
  await using slot = openSlot(starter, found.spec);
  const link: Link = await slot.value.link();
  const { models } = await link.call('provider.models', { provider }, { timeoutMs: 30_000, signal });
  const baseUrl = foreignAddress(found.spec.env, composition.settings, provider);
  await keepModels(starter.home, provider, baseUrl, models);
  return models;
}

async function keepModels(
  home: string,
  provider: string,
  baseUrl: string | undefined,
  models: ModelInfo[],
): Promise<void> {
  const file = modelListFile(home, provider);
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeAtomically(file, modelListText({ at: Date.now(), base_url: baseUrl, models }));
  } catch {
    // The list was asked for and is there; keeping it only saves asking again.
  }
}

function openSlot({ spawner, manifests, admissions }: Starter, spec: ServiceSpec) {
  const value = new ServiceSlot({
    spec,
    spawner,
    manifests,
    admission: admissions.of(spec),
    events: {
      onRequest: async (method) => {
        throw new PatchbayError('protocol', `${method} is only answered during a turn.`, {
          service: spec.name,
        });
      },
      onNotification: () => undefined,
      onLog: () => undefined,
      onStarted: () => undefined,
      onCrashed: () => undefined,
      onStopped: () => undefined,
    },
  });
  return { value, [Symbol.asyncDispose]: () => value.stop() };
}
