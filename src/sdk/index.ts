/** The face of the SDK: all a service author imports. */
export { PatchbayError } from '../protocol/errors.ts';
export type { CallContext, Environment, HostClient } from './context.ts';
export type {
  ContextManager,
  HookContext,
  OrchestratorContext,
  ProviderContext,
  ServiceDefinition,
  ToolContext,
  ToolSource,
  ToolSourceContext,
} from './define.ts';
export {
  defineContextManager,
  defineHook,
  defineOrchestrator,
  defineProvider,
  defineTool,
  defineToolSource,
  ToolFailure,
} from './define.ts';
export { serve } from './serve.ts';
