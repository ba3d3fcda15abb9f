/** Looks after what is missing when nothing came for a while: a lost message is not followed by another one. */
const QUIET_MS = 1_500;

/** Calls `check` after every silence that follows a message, and again as long as it says that it waits. */
export function watchSilence(check: () => boolean): { heard(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (check()) heard();
    }, QUIET_MS);
  };
  return { heard };
}
