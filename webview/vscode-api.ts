/** The one place that talks to VS Code: messages out, and the little state that survives a reload. */
import type { FromChat } from '../src/protocol/chat.ts';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** What the app needs of where it lives; a test gives its own. */
export interface Frame {
  post(message: FromChat): void;
  loadState(): unknown;
  saveState(state: unknown): void;
}

/** May be called once: VS Code hands its interface out only once. */
export function connectFrame(): Frame {
  const api = acquireVsCodeApi();
  return {
    post: (message) => api.postMessage(message),
    loadState: () => api.getState(),
    saveState: (state) => api.setState(state),
  };
}
