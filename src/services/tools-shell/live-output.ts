/**
 * What a command prints, on its way to the person while it runs: the first text at once, then joined at
 * intervals, and never more than a person could read. The result itself is kept elsewhere, in full measure.
 */
export interface LiveOutput extends Disposable {
  push(text: string): void;
  /** Sends what waits. */
  flush(): void;
}

const INTERVAL_MS = 100;
/** At most so much per interval; of more, the latest. */
const MAX_CHARS = 8_000;
/** For one command in all. */
const MAX_TOTAL_CHARS = 500_000;

export function liveOutput(send: (text: string) => void): LiveOutput {
  let waiting = '';
  let skipped = 0;
  let sent = 0;
  let timer: NodeJS.Timeout | undefined;

  const flush = () => {
    if (waiting === '') return;
    const notice = skipped > 0 ? `\n[${skipped} characters not shown]\n` : '';
    const text = notice + waiting;
    waiting = '';
    skipped = 0;
    sent += text.length;
    send(text);
    if (sent > MAX_TOTAL_CHARS) send('\n[no more is shown while the command runs]\n');
  };
  const tick = () => {
    timer = undefined;
    if (waiting === '') return;
    flush();
    timer = setTimeout(tick, INTERVAL_MS);
  };

  return {
    push(text) {
      if (text === '' || sent > MAX_TOTAL_CHARS) return;
      waiting += text;
      if (waiting.length > MAX_CHARS) {
        skipped += waiting.length - MAX_CHARS;
        waiting = waiting.slice(-MAX_CHARS);
      }
      if (timer) return;
      flush();
      timer = setTimeout(tick, INTERVAL_MS);
    },
    flush,
    [Symbol.dispose]() {
      clearTimeout(timer);
      flush();
    },
  };
}
