/** Who answers what: built from the manifests of the services in composition order (protocol.md §5). */

import { PER_TOKEN_EVENTS } from '../protocol/hooks.ts';
import type { HookDescriptor, Manifest, ToolDescriptor } from '../protocol/manifest.ts';
import { isRecord } from '../protocol/reading.ts';

export interface Route<D> {
  readonly service: string;
  readonly descriptor: D;
  /** For a tool that stands for another one with part of its input given: what is really called. */
  readonly calls?: (input: Record<string, unknown>) => BoundCall;
}

export interface BoundCall {
  readonly name: string;
  readonly input: Record<string, unknown>;
}

export interface HookStop {
  readonly service: string;
  /** The service's hooks that listen to the event, by ascending priority. */
  readonly hooks: readonly HookDescriptor[];
}

type Kind = 'orchestrators' | 'context_managers' | 'providers';

export class RoutingTable {
  readonly #manifests: ReadonlyMap<string, Manifest>;
  readonly #tools = new Map<string, Route<ToolDescriptor>>();
  /** What was noticed while building, for the person. */
  readonly diagnostics: string[] = [];

  /** @param manifests by service name, in composition order. */
  constructor(manifests: ReadonlyMap<string, Manifest>) {
    this.#manifests = manifests;
    for (const [service, manifest] of manifests) {
      for (const descriptor of manifest.capabilities.tools) {
        const before = this.#tools.get(descriptor.name);
        if (before) {
          this.diagnostics.push(
            `Tool "${descriptor.name}" is offered by "${before.service}" and "${service}"; the later in the composition, "${service}", is used. "${before.service}:${descriptor.name}" names the other.`,
          );
        }
        const route = { service, descriptor: withKnownSchema(descriptor, before?.descriptor) };
        this.#tools.set(descriptor.name, route);
        this.#tools.set(`${service}:${descriptor.name}`, route);
      }
    }
  }

  /** Adds a tool that stands for one of a service's with part of its input given. A name that is taken stays. */
  addTool(route: Route<ToolDescriptor>): void {
    const { name } = route.descriptor;
    const taken = this.#tools.get(name);
    if (!taken) this.#tools.set(name, route);
    else this.diagnostics.push(`Tool "${name}" is offered by "${taken.service}" already; that one is used.`);
  }

  /** A tool by its name or `service:name`. */
  tool(name: string): Route<ToolDescriptor> | undefined {
    return this.#tools.get(name);
  }

  /** The tools a model is told of: one per name. */
  tools(): Route<ToolDescriptor>[] {
    return [...this.#tools].filter(([key, route]) => key === route.descriptor.name).map(([, route]) => route);
  }

  /** A component by its name or `service:name`; without a name the last service that has one. */
  component(kind: Kind, name?: string): Route<{ name: string }> | undefined {
    let found: Route<{ name: string }> | undefined;
    for (const [service, manifest] of this.#manifests) {
      for (const descriptor of manifest.capabilities[kind]) {
        if (name === undefined || name === descriptor.name || name === `${service}:${descriptor.name}`) {
          found = { service, descriptor };
        }
      }
    }
    return found;
  }

  /** False of a service that says nothing of our protocol, as the reference's. */
  knowsProtocol(service: string): boolean {
    return this.#manifests.get(service)?.protocol !== undefined;
  }

  /** The names of all components of a kind, in composition order. */
  names(kind: Kind): string[] {
    return [...this.#manifests.values()].flatMap((manifest) =>
      manifest.capabilities[kind].map((descriptor) => descriptor.name),
    );
  }

  /**
   * The services an event goes to, each once: by their lowest priority for it, then composition order. A
   * service runs its own hooks itself, so one message per service is enough (the reference sends N²).
   */
  hooks(event: string): HookStop[] {
    const stops: HookStop[] = [];
    for (const [service, manifest] of this.#manifests) {
      const hooks = manifest.capabilities.hooks
        .filter(
          (hook) =>
            hook.events.includes(event) || (hook.events.includes('*') && !PER_TOKEN_EVENTS.has(event)),
        )
        .sort((a, b) => a.priority - b.priority);
      if (hooks.length > 0) stops.push({ service, hooks });
    }
    return stops.sort((a, b) => a.hooks[0]!.priority - b.hooks[0]!.priority);
  }

  /** Every hook, for `orchestrator.execute`. */
  allHooks(): HookDescriptor[] {
    return [...this.#manifests.values()].flatMap((manifest) => manifest.capabilities.hooks);
  }
}

/**
 * The reference's core tools describe themselves without parameters, and the model would not know how to call
 * them: they get those of our tool of the name, which takes the same (RT-50, DL-60).
 */
function withKnownSchema(tool: ToolDescriptor, known: ToolDescriptor | undefined): ToolDescriptor {
  const takesNothing = Object.keys(propertiesOf(tool)).length === 0;
  const isKnown = known !== undefined && Object.keys(propertiesOf(known)).length > 0;
  return takesNothing && isKnown ? { ...tool, input_schema: known.input_schema } : tool;
}

function propertiesOf({ input_schema }: ToolDescriptor): object {
  return isRecord(input_schema.properties) ? input_schema.properties : {};
}
