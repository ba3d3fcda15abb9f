/** Derives a service's manifest from its definitions (RT-3, protocol.md §5). */
import { toJSONSchema } from 'zod/v4/core';
import type { JsonSchema, Manifest } from '../protocol/manifest.ts';
import type { Schema, ServiceDefinition, ToolDefinition } from './define.ts';
import type { ListedTools } from './tool-sources.ts';

export const PROTOCOL_VERSION = 1;

/** @param listed with the tools of its sources, where it has any. */
export function describe(service: ServiceDefinition, listed?: ListedTools): Manifest {
  const sources = listed?.sources ?? [];
  return {
    name: service.name,
    protocol: PROTOCOL_VERSION,
    ...(service.version !== undefined && { version: service.version }),
    ...(service.scope !== undefined && { scope: service.scope }),
    ...(service.permissions !== undefined && { permissions: service.permissions }),
    capabilities: {
      tools: (listed?.tools ?? service.tools ?? []).map((tool) => ({
        name: tool.name,
        description: tool.description,
        ...(tool.instructions !== undefined && { instructions: tool.instructions }),
        input_schema: inputSchema(tool),
        ...(tool.annotations !== undefined && { annotations: tool.annotations }),
        ...common(tool),
      })),
      hooks: (service.hooks ?? []).map((hook) => ({
        name: hook.name,
        events: [...hook.events],
        priority: hook.priority ?? 100,
        ...(hook.onFailure !== undefined && { on_failure: hook.onFailure }),
        ...common(hook),
      })),
      providers: (service.providers ?? []).map((part) => ({ name: part.name, ...common(part) })),
      context_managers: (service.contextManagers ?? []).map((part) => ({ name: part.name, ...common(part) })),
      orchestrators: (service.orchestrators ?? []).map((part) => ({ name: part.name, ...common(part) })),
      content: { paths: [...(service.content?.paths ?? [])] },
      ...(sources.length > 0 && { tool_sources: [...sources] }),
    },
  };
}

function inputSchema(tool: ToolDefinition): JsonSchema {
  return 'jsonSchema' in tool.input ? tool.input.jsonSchema : jsonSchema(tool.input);
}

/** As the model reads it: what is optional in the input stays optional; the dialect's name is noise. */
function jsonSchema(schema: Schema): JsonSchema {
  const { $schema: _dialect, ...rest } = toJSONSchema(schema, { io: 'input' });
  return rest;
}

function common(component: { timeoutMs?: number; config?: Schema }) {
  return {
    ...(component.timeoutMs !== undefined && { timeout_ms: component.timeoutMs }),
    ...(component.config !== undefined && { config_schema: jsonSchema(component.config) }),
  };
}
