/** Which part of a service's configuration is whose. */
import type { Manifest } from '../protocol/manifest.ts';

/**
 * The configuration of the components a service really has. Keys are compared without the difference of `-`
 * and `_` and without the suffixes of the reference's shipped definitions (`logging-hook` is `logging`).
 */
export function configFor(
  config: Readonly<Record<string, unknown>>,
  manifest: Manifest,
): Record<string, unknown> {
  const { tools, hooks, providers, orchestrators, context_managers } = manifest.capabilities;
  const names = [...tools, ...hooks, ...providers, ...orchestrators, ...context_managers].map(
    ({ name }) => name,
  );
  const plain = (name: string) => name.replaceAll('-', '_').replace(/_(tool|hook)$/, '');
  const found: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(config)) {
    const name = names.find((each) => each === key) ?? names.find((each) => plain(each) === plain(key));
    if (name !== undefined) found[name] = value;
  }
  return found;
}
