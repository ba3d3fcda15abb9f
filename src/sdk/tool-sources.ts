/**
 * Tools that a service learns of while it runs: each source is asked once, when the service first describes itself or
 * a call names a tool that is not among its own (AT-53). A source that fails takes nothing with it but its tools.
 */
import { asPatchbayError, PatchbayError } from '../protocol/errors.ts';
import type { ToolSourceReport } from '../protocol/manifest.ts';
import { isRecord } from '../protocol/reading.ts';
import type { Environment } from './context.ts';
import type { ServiceDefinition, ToolDefinition, ToolSource } from './define.ts';

/** Less than a host waits for `describe`, so that a slow source costs its own tools alone. */
const LIST_MS = 5_000;

export interface ListedTools {
  /** Those of the service itself first. No name twice: the first one stays. */
  readonly tools: readonly ToolDefinition[];
  /** One for each source; its error names it. */
  readonly sources: readonly ToolSourceReport[];
}

export class ToolSources {
  readonly #service: ServiceDefinition;
  readonly #environment: Environment;
  readonly #asked = new Map<ToolSource, Promise<readonly ToolDefinition[]>>();

  constructor(service: ServiceDefinition, environment: Environment) {
    this.#service = service;
    this.#environment = environment;
  }

  /** All tools. Never rejects: what a source met is in its report. */
  async all(): Promise<ListedTools> {
    const { tools: own = [], toolSources = [] } = this.#service;
    const known = new Map(own.map((tool) => [tool.name, tool]));
    const listed = await Promise.allSettled(toolSources.map((source) => this.#list(source)));
    const sources = listed.map((outcome, index): ToolSourceReport => {
      const { name } = toolSources[index]!;
      if (outcome.status === 'rejected') return { name, error: reportOf(asPatchbayError(outcome.reason)) };
      const taken = outcome.value.filter((tool) => known.has(tool.name));
      for (const tool of outcome.value) if (!known.has(tool.name)) known.set(tool.name, tool);
      return taken.length === 0 ? { name } : { name, error: reportOf(takenNames(name, taken)) };
    });
    return { tools: [...known.values()], sources };
  }

  /**
   * The tool of this name, or undefined. @throws PatchbayError of the source that could not be asked, when no other
   * has the tool.
   */
  async find(name: string): Promise<ToolDefinition | undefined> {
    const { tools: own = [], toolSources = [] } = this.#service;
    const found = own.find((tool) => tool.name === name);
    if (found || toolSources.length === 0) return found;
    const listed = await Promise.allSettled(toolSources.map((source) => this.#list(source)));
    for (const outcome of listed) {
      const tool = outcome.status === 'fulfilled' && outcome.value.find((each) => each.name === name);
      if (tool) return tool;
    }
    for (const outcome of listed) if (outcome.status === 'rejected') throw outcome.reason;
    return undefined;
  }

  /** One that failed is asked again the next time. */
  #list(source: ToolSource): Promise<readonly ToolDefinition[]> {
    const asked = this.#asked.get(source) ?? this.#ask(source);
    this.#asked.set(source, asked);
    asked.catch(() => this.#asked.delete(source));
    return asked;
  }

  async #ask(source: ToolSource): Promise<readonly ToolDefinition[]> {
    const limit = source.timeoutMs ?? LIST_MS;
    const signal = AbortSignal.timeout(limit);
    const late = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () =>
        reject(new PatchbayError('timeout', `it did not answer within ${limit} ms`)),
      );
    });
    try {
      const tools = await Promise.race([source.list({ signal, environment: this.#environment }), late]);
      if (!Array.isArray(tools)) throw new PatchbayError('protocol', 'it gave no list');
      const bad = tools.findIndex((tool) => !isTool(tool));
      if (bad === -1) return tools;
      throw new PatchbayError('protocol', `entry ${bad} is no tool`, {
        remedy: 'A tool has a name, a description, an input schema and a function `execute`.',
      });
    } catch (thrown) {
      const { kind, message, remedy } = asPatchbayError(thrown);
      throw new PatchbayError(
        kind,
        `Tool source "${source.name}" of service "${this.#service.name}" could not list its tools: ${message}`,
        { service: this.#service.name, component: source.name, remedy, cause: thrown },
      );
    }
  }
}

/** What is not written in TypeScript may be anything. */
function isTool(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value.name === 'string' &&
    typeof value.description === 'string' &&
    isRecord(value.input) &&
    typeof value.execute === 'function' &&
    (value.instructions === undefined || typeof value.instructions === 'string')
  );
}

function takenNames(source: string, tools: readonly ToolDefinition[]): PatchbayError {
  const names = tools.map(({ name }) => `"${name}"`).join(', ');
  return new PatchbayError(
    'config',
    `Tool source "${source}" lists ${names}, which the service has already; the first one is used.`,
    { remedy: 'Give each tool a name of its own.' },
  );
}

function reportOf({ kind, message, remedy }: PatchbayError): ToolSourceReport['error'] {
  return { kind, message, ...(remedy !== undefined && { remedy }) };
}
