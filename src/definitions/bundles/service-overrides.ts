/** amplifier-ipc's `service_overrides`: how the person starts a service that a definition brings (DL-11). Pure. */
import { homeSettingsFile, type LoadedSettings, layerOf } from '../settings.ts';
import { ServiceOverride } from '../settings-schema.ts';

export interface OverriddenService {
  readonly command: readonly string[];
  /** The folder that `working_dir` begins at, and it. */
  readonly base: string;
  readonly cwd: string | undefined;
  /** The settings that say so. */
  readonly origin: string;
}

/** By the `ref` of the service. What is said for one of these agents goes before what is said for all. */
export function serviceOverrides(
  loaded: LoadedSettings,
  { agents, home, cwd }: { readonly agents: readonly string[]; readonly home: string; readonly cwd: string },
): ReadonlyMap<string, OverriddenService> {
  const given = loaded.settings.amplifier_ipc?.service_overrides ?? {};
  const found = new Map<string, OverriddenService>();
  const take = (ref: string, value: unknown, path: readonly string[]) => {
    const parsed = ServiceOverride.safeParse(value);
    if (!parsed.success) return;
    const file = layerOf(loaded, [...ROOT, ...path, 'command'])?.file;
    found.set(ref, {
      command: parsed.data.command,
      cwd: parsed.data.working_dir,
      base: file === homeSettingsFile(home) ? home : cwd,
      origin: file ?? 'the settings',
    });
  };
  for (const [ref, value] of Object.entries(given)) take(ref, value, [ref]);
  for (const agent of agents) {
    for (const [ref, value] of Object.entries(given[agent] ?? {})) take(ref, value, [agent, ref]);
  }
  return found;
}

const ROOT = ['amplifier_ipc', 'service_overrides'];
