/** Everything the files of a folder, the person and the product say, put together: settings, bundle, agents. */

import type { AgentPlaces } from './agents/agent-places.ts';
import { type AgentCatalog, loadCatalog } from './agents/catalog.ts';
import type { AgentReader } from './agents/reader.ts';
import { agentsOfBundle, type LoadedBundle, loadActiveBundle } from './bundles/active-bundle.ts';
import { withBundleSettings } from './bundles/bundle-settings.ts';
import type { Diagnostic } from './diagnostic.ts';
import { type LoadedSettings, loadSettings } from './settings.ts';
import type { Settings } from './settings-schema.ts';
import { sidecarFaults } from './sidecar.ts';
import type { Surroundings } from './surroundings.ts';

export interface DefinitionsRequest {
  readonly cwd: string;
  /** False in an untrusted folder: nothing of it is read. */
  readonly trusted: boolean;
  /** The last layer of settings. */
  readonly overrides: Settings;
  /** The file of a definition that is laid over the bundle in use: that of the agent that works. */
  readonly over?: string;
}

export interface Definitions {
  /** The person's, as they are written: variables are filled for a turn (variables.ts). */
  readonly written: LoadedSettings;
  /** The same over those of the bundle. */
  readonly loaded: LoadedSettings;
  readonly settings: Settings;
  readonly bundle: LoadedBundle;
  readonly catalog: AgentCatalog;
  readonly places: AgentPlaces;
  /** Of settings, sidecars and bundles; those of agents are the catalog's. */
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
  const { cwd, trusted, over } = request;
  const written = await loadSettings({ ...request, home });
  const bundle = await loadActiveBundle(written, {
    home,
    productFolder,
    cwd,
    trusted,
    resolve: around.resolveSource,
    over,
  });
  const bundled = await agentsOfBundle(bundle, home);
  const loaded = bundle.parts ? withBundleSettings(bundle.parts, written, environment) : written;
  const places: AgentPlaces = {
    home,
    productFolder,
    environment,
    cwd,
    trusted,
    projectFirst: loaded.settings.agents?.project_first ?? false,
    bundled: bundled.files,
    bundleFolder: (namespace) => bundle.namespaces.get(namespace),
  };
  const catalog = await loadCatalog(places, reader);
  const files = [...written.files, ...catalog.agents.map(({ file }) => file)];
  const diagnostics = [...written.diagnostics, ...(await sidecarFaults(files)), ...bundle.diagnostics];
  return {
    written,
    loaded,
    settings: loaded.settings,
    bundle,
    catalog,
    places,
    diagnostics: [...diagnostics, ...bundled.diagnostics],
  };
}
