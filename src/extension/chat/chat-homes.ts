/** Where the chat can be shown: what commands and notifications need to know of it. */
import type { ChatConnection } from './chat-connection.ts';
import type { Chats } from './chats.ts';

export interface ChatHomes {
  readonly chats: Chats;
  /** Brings the chat to the front: the editor tab or view used last, else the side bar. */
  focus(): Promise<ChatConnection | undefined>;
  /** Opens a session in an editor tab. */
  openPanel(sessionId: string | undefined): void;
}
