/** Agent files of one test, read through the public face. */
import { onTestFinished } from 'vitest';
import type { Agent } from '../../src/definitions/agents/agent.ts';
import { type AgentRead, type ReadAgentOptions, readAgent } from '../../src/definitions/agents/read-agent.ts';
import { createFolder, type Folder } from './folder.ts';

export interface AgentRoom {
  readonly folder: Folder;
  /** Writes the text and reads the file. */
  read(text: string | Uint8Array, file?: string, options?: ReadAgentOptions): Promise<AgentRead>;
  /** @throws Error with the diagnostics when there is no agent. */
  agent(text: string, file?: string): Promise<Agent>;
  /** `line:column severity: message remedy` of each diagnostic. */
  faults(text: string | Uint8Array, file?: string, options?: ReadAgentOptions): Promise<string[]>;
}

export function openAgentRoom(): AgentRoom {
  const folder = createFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  const read: AgentRoom['read'] = (text, file = 'reviewer.md', options = {}) => {
    folder.write(file, text);
    return readAgent(folder.at(file), options);
  };
  return {
    folder,
    read,
    async agent(text, file) {
      const { agent, diagnostics } = await read(text, file);
      if (!agent) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
      return agent;
    },
    async faults(...given) {
      const { diagnostics } = await read(...given);
      return diagnostics.map(
        ({ line, column, severity = 'error', message, remedy }) =>
          `${line}:${column} ${severity}: ${message} ${remedy}`,
      );
    },
  };
}
