/** Delivery to listeners. */
import { describe, expect, test, vi } from 'vitest';
import { Subscribers } from '../../../src/session/subscribers.ts';
import { notice, stored } from '../../builders/session-events.ts';

const [first, second, third] = stored([notice('1'), notice('2'), notice('3')]) as [never, never, never];

describe('a listener', () => {
  test('that throws is reported once, and the others hear everything', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue();
    const problems: string[] = [];
    const heard: unknown[] = [];
    const subscribers = new Subscribers((problem) => problems.push(problem));
    subscribers.add(() => {
      throw new Error('broken view');
    });
    subscribers.add((event) => heard.push(event));

    subscribers.deliver(first);
    subscribers.deliver(second);

    expect(heard).toEqual([first, second]);
    expect(problems).toEqual([expect.stringContaining('broken view')]);
    expect(warn).toHaveBeenCalledTimes(1);
    warn.mockRestore();
  });

  test('that causes an event does not make others hear it before its cause', () => {
    const heard: unknown[] = [];
    const subscribers = new Subscribers(() => undefined);
    subscribers.add((event) => {
      if (event === first) subscribers.deliver(second);
    });
    subscribers.add((event) => heard.push(event));

    subscribers.deliver(first);
    subscribers.deliver(third);

    expect(heard).toEqual([first, second, third]);
  });

  test('that is disposed hears nothing more', () => {
    const heard: unknown[] = [];
    const subscribers = new Subscribers(() => undefined);
    const subscription = subscribers.add((event) => heard.push(event));

    subscribers.deliver(first);
    subscription[Symbol.dispose]();
    subscribers.deliver(second);

    expect(heard).toEqual([first]);
  });
});
