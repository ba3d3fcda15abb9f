/** What a key does in the composer. */

export type ComposerAction =
  | 'send'
  | 'queue'
  | 'interrupt'
  | 'stop'
  /** Of the list of commands. */
  | 'next'
  | 'previous'
  | 'choose'
  | 'close';

type Key = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey' | 'isComposing'>;

interface Situation {
  readonly isRunning: boolean;
  /** How many commands are offered. */
  readonly offered: number;
}

/** Undefined: the key does what it does in any text field. */
export function composerKey(key: Key, { isRunning, offered }: Situation): ComposerAction | undefined {
  // The key that ends the composing of a character is not meant for us.
  if (key.isComposing) return undefined;
  const isOffering = offered > 0;
  switch (key.key) {
    case 'Enter':
      if (key.shiftKey || key.altKey) return undefined;
      if (isOffering) return 'choose';
      if (!isRunning) return 'send';
      return key.ctrlKey || key.metaKey ? 'interrupt' : 'queue';
    case 'Tab':
      return isOffering && !key.shiftKey ? 'choose' : undefined;
    case 'ArrowDown':
      return isOffering ? 'next' : undefined;
    case 'ArrowUp':
      return isOffering ? 'previous' : undefined;
    case 'Escape':
      if (isOffering) return 'close';
      return isRunning ? 'stop' : undefined;
    default:
      return undefined;
  }
}
