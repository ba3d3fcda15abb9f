/** Tells of changes in a session's folder, whoever makes them. What has changed is for the caller to look at. */
import { type FSWatcher, watch } from 'node:fs';

/** Some file systems tell nothing of changes, others late: then this is how late one is seen. */
const LOOK_EVERY_MS = 500;

/**
 * Until it is disposed of.
 * @param onChange called with the name of the file that may have changed; undefined: look at all of them. Also called
 * so while nothing happens, twice a second.
 */
export function watchFolder(folder: string, onChange: (name: string | undefined) => void): Disposable {
  const timer = setInterval(() => onChange(undefined), LOOK_EVERY_MS);
  const watcher = watcherOf(folder, onChange);
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      watcher?.close();
    },
  };
}

/** Undefined where the system cannot watch: the timer does it alone. */
function watcherOf(folder: string, onChange: (name: string | undefined) => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, (_, name) => onChange(name ?? undefined));
    return watcher.on('error', () => onChange(undefined));
  } catch {
    return undefined;
  }
}
