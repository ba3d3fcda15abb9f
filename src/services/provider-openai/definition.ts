/** What the service offers: OpenAI's models, and those of every server that speaks its protocol (RT-52). */
import { defineProvider, type ServiceDefinition } from '../../sdk/index.ts';
import { warmUp } from '../../sdk/provider/warm-up.ts';
import { complete } from './complete.ts';
import { listModels } from './models.ts';
import { OpenAiConfig } from './settings.ts';

export const openaiService: ServiceDefinition = {
  name: 'openai',
  providers: [
    defineProvider<OpenAiConfig>({ name: 'openai', config: OpenAiConfig, complete, models: listModels }),
  ],
  warmUp: () =>
    warmUp(complete, (base_url) => OpenAiConfig.parse({ base_url, default_model: 'none', api: 'responses' })),
};
