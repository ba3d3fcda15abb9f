/** The keys of the composer. */
import { describe, expect, it } from 'vitest';
import { matchingCommands } from '../../../../webview/composer/commands.ts';
import { composerKey } from '../../../../webview/composer/composer-keys.ts';

const press = (key: string, more: object = {}) => ({
  key,
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  isComposing: false,
  ...more,
});
const idle = { isRunning: false, offered: 0 };
const running = { isRunning: true, offered: 0 };

describe('Enter', () => {
  it('sends, and with Shift begins a new line', () => {
    expect(composerKey(press('Enter'), idle)).toBe('send');
    expect(composerKey(press('Enter', { shiftKey: true }), idle)).toBeUndefined();
  });

  it('queues while a turn runs, and interrupts it with Ctrl or Cmd', () => {
    expect(composerKey(press('Enter'), running)).toBe('queue');
    expect(composerKey(press('Enter', { ctrlKey: true }), running)).toBe('interrupt');
    expect(composerKey(press('Enter', { metaKey: true }), running)).toBe('interrupt');
  });

  it('that ends the composing of a character does nothing else', () => {
    expect(composerKey(press('Enter', { isComposing: true }), idle)).toBeUndefined();
  });

  it('chooses the command that is offered', () => {
    expect(composerKey(press('Enter'), { isRunning: false, offered: 2 })).toBe('choose');
  });
});

describe('Escape', () => {
  it('closes the list of commands first, then stops the turn', () => {
    expect(composerKey(press('Escape'), { isRunning: true, offered: 2 })).toBe('close');
    expect(composerKey(press('Escape'), running)).toBe('stop');
    expect(composerKey(press('Escape'), idle)).toBeUndefined();
  });
});

describe('commands', () => {
  const names = (text: string) => matchingCommands(text)?.map(({ name }) => name);

  it('are offered by what is typed after the slash', () => {
    expect(names('/')).toEqual([
      'new',
      'model',
      'agent',
      'delegate',
      'key',
      'sessions',
      'editor',
      'settings',
    ]);
    expect(names('/se')).toEqual(['sessions', 'settings']);
    expect(names('/MO')).toEqual(['model']);
  });

  it('are not offered for a path, a text, or anything unknown', () => {
    expect(['/etc/hosts', 'a /new', '/new ', '/xyz', ''].map(names)).toEqual(Array(5).fill(undefined));
  });
});
