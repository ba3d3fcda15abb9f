/** What `/` offers: the commands there are, by what was typed. */
import type { FromChat } from '../../src/protocol/chat.ts';
import { strings } from '../strings.ts';

type CommandName = Extract<FromChat, { type: 'command' }>['command'];

export interface SlashCommand {
  /** Typed after the slash. */
  readonly name: string;
  readonly command: CommandName;
  readonly label: string;
  readonly icon: string;
}

const { commands } = strings;

const slashCommands: readonly SlashCommand[] = [
  { name: 'new', command: 'newSession', label: commands.newSession, icon: 'add' },
  { name: 'model', command: 'selectModel', label: commands.selectModel, icon: 'symbol-misc' },
  { name: 'agent', command: 'switchAgent', label: commands.switchAgent, icon: 'person' },
  {
    name: 'delegate',
    command: 'delegateToAgent',
    label: commands.delegateToAgent,
    icon: 'type-hierarchy-sub',
  },
  { name: 'key', command: 'addProviderKey', label: commands.addProviderKey, icon: 'key' },
  { name: 'sessions', command: 'resumeSession', label: commands.resumeSession, icon: 'history' },
  { name: 'editor', command: 'openInEditor', label: commands.openInEditor, icon: 'go-to-file' },
  { name: 'settings', command: 'openSettings', label: commands.openSettings, icon: 'settings-gear' },
];

/** Undefined when the text is no beginning of a command; a path such as `/etc` is none. */
export function matchingCommands(text: string): readonly SlashCommand[] | undefined {
  const typed = /^\/(?<typed>[a-z]*)$/i.exec(text)?.groups?.typed?.toLowerCase();
  if (typed === undefined) return undefined;
  const found = slashCommands.filter(({ name }) => name.startsWith(typed));
  return found.length > 0 ? found : undefined;
}
