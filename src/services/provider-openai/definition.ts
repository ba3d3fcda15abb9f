/** What the service offers: OpenAI's models, and those of every server that speaks its protocol (RT-52). */
import { defineProvider, type ServiceDefinition } from '../../sdk/index.ts';
import { complete } from './complete.ts';
import { listModels } from './models.ts';
import { OpenAiConfig } from './settings.ts';

export const openaiService: ServiceDefinition = {
  name: 'openai',
  providers: [
    defineProvider<OpenAiConfig>({ name: 'openai', config: OpenAiConfig, complete, models: listModels }),
  ],
};
