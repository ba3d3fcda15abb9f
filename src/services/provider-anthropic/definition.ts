/** What the service offers: Claude models through Anthropic's Messages API (RT-52). */
import { defineProvider, type ServiceDefinition } from '../../sdk/index.ts';
import { ConnectionConfig } from '../../sdk/provider/connection.ts';
import { warmUp } from '../../sdk/provider/warm-up.ts';
import { complete } from './complete.ts';
import { listModels } from './models.ts';

export const anthropicService: ServiceDefinition = {
  name: 'anthropic',
  providers: [
    defineProvider<ConnectionConfig>({
      name: 'anthropic',
      config: ConnectionConfig,
      complete,
      models: listModels,
    }),
  ],
  warmUp: () => warmUp(complete, (base_url) => ConnectionConfig.parse({ base_url })),
};
