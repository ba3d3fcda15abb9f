/** Before the integration tests: they start services and the terminal command from dist/. */
import { ensureBuilt } from '../../scripts/build/freshness.ts';

export function setup(): void {
  ensureBuilt();
}
