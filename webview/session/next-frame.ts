/** After what changed was drawn; soon in any case, as a frame that is hidden draws nothing. */
const HIDDEN_MS = 250;

export function afterNextFrame(run: () => void): void {
  let isDone = false;
  const once = () => {
    if (isDone) return;
    isDone = true;
    clearTimeout(timer);
    cancelAnimationFrame(request);
    run();
  };
  const timer = setTimeout(once, HIDDEN_MS);
  const request = requestAnimationFrame(once);
}
