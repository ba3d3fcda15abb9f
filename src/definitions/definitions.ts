/** Everything the files of a folder, the person and the product say, put together: settings, bundle, agents. */

import { type AgentCatalog, loadCatalog } from './agents/catalog.ts';
import type { AgentReader } from './agents/reader.ts';
import { agentsOfBundle, type LoadedBundle, loadActiveBundle } from './bundles/active-bundle.ts';
import { withBundleSettings } from './bundles/bundle-settings.ts';
import type { Diagnostic } from './diagnostic.ts';
import { expandSettings } from './expand-variables.ts';
import { type LoadedSettings, loadSettings } from './settings.ts';
import type { Settings } from './settings-schema.ts';
import { localSource } from './sources/local-source.ts';
import type { Surroundings } from './surroundings.ts';

export interface DefinitionsRequest {
  readonly cwd: string;
  /** False in an untrusted folder: nothing of it is read. */
  readonly trusted: boolean;
  /** The last layer of settings. */
  readonly overrides: Settings;
}

export interface Definitions {
  /** As they are written. */
  readonly loaded: LoadedSettings;
  /** With those of the bundle below, variables filled in. */
  readonly settings: Settings;
  readonly bundle: LoadedBundle;
  readonly catalog: AgentCatalog;
  /** Of settings and bundles; those of agents are the catalog's. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Never throws: what is wrong is in the diagnostics.
 * @param reader what keeps the agent files that did not change; absent: all are read
 */
export async function loadDefinitions(
  around: Surroundings,
  request: DefinitionsRequest,
  reader?: AgentReader,
): Promise<Definitions> {
  const { home, productFolder, environment } = around;
  const { cwd, trusted } = request;
  const loaded = await loadSettings({ ...request, home });
  const resolve = around.resolveSource ?? localSource;
  const bundle = await loadActiveBundle(loaded, { home, productFolder, cwd, trusted, resolve });
  const own = expandSettings(loaded.settings, environment);
  const settings = bundle.parts ? withBundleSettings(bundle.parts, own, environment) : own;
  const projectFirst = settings.agents?.project_first ?? false;
  const bundled = await agentsOfBundle(bundle);
  const places = { home, productFolder, environment, cwd, trusted, projectFirst, bundled };
  return {
    loaded,
    settings,
    bundle,
    catalog: await loadCatalog(places, reader),
    diagnostics: [...loaded.diagnostics, ...bundle.diagnostics],
  };
}
