/** What the service offers: prepared conversations, without a model, a key or a network (RT-52, docs/replay.md). */
import { defineProvider, type ServiceDefinition } from '../../sdk/index.ts';
import { complete } from './complete.ts';
import { ReplayConfig } from './settings.ts';

export const replayService: ServiceDefinition = {
  name: 'replay',
  providers: [
    defineProvider<ReplayConfig>({
      name: 'replay',
      config: ReplayConfig,
      complete,
      models: async () => [
        {
          id: 'demo',
          name: 'Scripted demonstration, no model',
          capabilities: ['tools', 'thinking', 'scripted'],
        },
      ],
    }),
  ],
};
