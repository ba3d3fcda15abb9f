/** The chat for every component below the root. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Chat } from './chat-types.ts';

export const ChatContext = createContext<Chat | undefined>(undefined);

/** @throws Error outside of the app. */
export function useChat(): Chat {
  const chat = useContext(ChatContext);
  if (!chat) throw new Error('useChat is for components inside ChatContext.Provider');
  return chat;
}
