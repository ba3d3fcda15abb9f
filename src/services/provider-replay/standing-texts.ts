/** What the provider says when its script has nothing to say. It never passes for a model. */
import type { Script } from './script-schema.ts';

export function unknownPromptText(script: Script | undefined): string {
  const examples = (script?.conversations ?? []).flatMap(({ example }) => (example ? [example] : []));
  const known =
    examples.length === 0
      ? 'No script is loaded, so there is nothing else I can play.'
      : `I can only play what was prepared. Try this prompt in the sample workspace:\n\n${examples.map((text) => `> ${text}`).join('\n\n')}`;
  return `**This is a scripted demonstration: no model reads what you write.**

${known}

To work with a model, run **Patchbay: Add provider key…** from the command palette, or set \`ANTHROPIC_API_KEY\` or \`OPENAI_API_KEY\` in a terminal.`;
}

export function overText(): string {
  return `**The scripted demonstration ends here.** No model is connected, so I can't go on by myself.

Start a new session to see it again, or run **Patchbay: Add provider key…** to work with a model.`;
}
