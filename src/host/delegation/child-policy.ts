/** What a child may use of what there is (DL-21). Worked out once, kept with the session, applied to every call. */
import * as z from 'zod/mini';

export const ChildPolicy = z.object({
  /** The only tools, by name; absent: all that there are. */
  tools: z.optional(z.array(z.string())),
  /** Whom it may delegate to; absent: as its definition says. */
  agents: z.optional(z.union([z.enum(['all', 'none']), z.array(z.string())])),
  /** Observing hooks that are not asked; absent: none. */
  without_hooks: z.optional(z.array(z.string())),
});
export type ChildPolicy = z.infer<typeof ChildPolicy>;

export interface SpawnRules {
  readonly tools?: readonly string[] | undefined;
  readonly exclude_tools?: readonly string[] | undefined;
}

export interface ToolChoice {
  /** Those the parent may use. */
  readonly parent: readonly string[];
  /** Those the child's definition names: they are kept, whatever its parent has. */
  readonly declared: readonly string[] | undefined;
  /** Of settings or bundle: exactly these, or all but these. */
  readonly rules: SpawnRules;
  readonly request: {
    readonly inherit_tools?: readonly string[] | undefined;
    readonly exclude_tools?: readonly string[] | undefined;
  };
  /** Those that delegate; a child has them only when its definition or request lets it. */
  readonly delegating: readonly string[];
  readonly mayDelegate: boolean;
}

/** The names of the tools a child gets, in the parent's order. */
export function childTools({
  parent,
  declared,
  rules,
  request,
  delegating,
  mayDelegate,
}: ToolChoice): string[] {
  let tools = [...(declared ?? inherited(parent, rules))];
  if (request.inherit_tools && !declared)
    tools = tools.filter((tool) => request.inherit_tools!.includes(tool));
  if (request.exclude_tools) tools = tools.filter((tool) => !request.exclude_tools!.includes(tool));
  if (mayDelegate) return [...new Set([...tools, ...(declared ? delegating : [])])];
  return tools.filter((tool) => declared?.includes(tool) || !delegating.includes(tool));
}

function inherited(
  parent: readonly string[],
  { tools, exclude_tools: excluded }: SpawnRules,
): readonly string[] {
  if (tools) return tools;
  return excluded ? parent.filter((tool) => !excluded.includes(tool)) : parent;
}
