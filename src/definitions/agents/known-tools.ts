/** Names of tools: our own, and which of them stand for a module of Amplifier's. */

const MODULE_TOOLS: Readonly<Record<string, readonly string[]>> = {
  'tool-filesystem': ['read_file', 'write_file', 'edit_file'],
  'tool-bash': ['bash'],
  'tool-search': ['glob', 'grep'],
  'tool-todo': ['todo'],
  'tool-task': ['delegate'],
  'tool-delegate': ['delegate'],
};

/** The tools a module of that name brings; none for one we do not know. */
export function toolsOfModule(module: string): readonly string[] {
  return Object.hasOwn(MODULE_TOOLS, module) ? MODULE_TOOLS[module]! : [];
}
