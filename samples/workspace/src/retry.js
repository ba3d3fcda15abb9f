/** Tries an action again when it fails. */

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Calls `action` until it succeeds, at most `attempts` times, with a pause that doubles after each failure.
 * @template T
 * @param {() => Promise<T>} action
 * @param {{ attempts?: number, firstPause?: number }} [options] the pause is in milliseconds
 * @returns {Promise<T>} what the action gave
 * @throws the action's last error when every attempt failed
 */
export async function retry(action, { attempts = 3, firstPause = 100 } = {}) {
  let lastError = new Error('retry needs at least one attempt');
  for (let attempt = 1; attempt < attempts; attempt += 1) {
    try {
      return await action();
    } catch (error) {
      lastError = error;
      await pause(firstPause * 2 ** (attempt - 1));
    }
  }
  throw lastError;
}
