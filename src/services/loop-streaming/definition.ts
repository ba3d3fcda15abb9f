/** The streaming loop: model, tools, model, … until there is an answer or a limit (RT-40…45). */
import { defineOrchestrator, type ServiceDefinition } from '../../sdk/index.ts';
import { runLoop } from './loop.ts';
import { warmUp } from './warm-up.ts';

const streaming = defineOrchestrator({
  name: 'streaming',
  execute: ({ prompt, systemPrompt, config }, context) => runLoop({ prompt, systemPrompt, config, context }),
});

export const loopService: ServiceDefinition = { name: 'loop-streaming', orchestrators: [streaming], warmUp };
