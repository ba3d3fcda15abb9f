/** The messages of the session as they came; what a model gets of them is made anew each time it is asked for. */
import type { Message } from '../../protocol/data.ts';
import type { ContextManager } from '../../sdk/index.ts';
import { fitWindow, type Omissions } from './fit-window.ts';
import { pairToolCalls } from './pair-tool-calls.ts';

export class SimpleContext implements ContextManager {
  #messages: Message[] = [];
  /** What was left out last time is left out again, so that the beginning stays the same for the model's cache. */
  #omissions: Omissions | undefined;

  addMessage(message: Message): void {
    this.#messages.push(message);
  }

  /** All of them where no window is given. The stored messages are never changed. */
  getMessages(budget: { contextWindow?: number; maxOutputTokens?: number }): Message[] {
    const paired = pairToolCalls(this.#messages);
    if (budget.contextWindow === undefined) return paired;
    const fitted = fitWindow(paired, { ...budget, contextWindow: budget.contextWindow }, this.#omissions);
    this.#omissions = fitted.omissions;
    return fitted.messages;
  }

  clear(): void {
    this.#messages = [];
    this.#omissions = undefined;
  }
}
