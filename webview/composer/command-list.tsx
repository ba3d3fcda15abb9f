/** The commands that fit what was typed after `/`. The focus stays in the text field. */
import { Icon } from '../icon.tsx';
import { strings } from '../strings.ts';
import type { SlashCommand } from './commands.ts';

interface CommandListProps {
  readonly commands: readonly SlashCommand[];
  readonly selected: number;
  readonly onChoose: (command: SlashCommand) => void;
}

export function CommandList({ commands, selected, onChoose }: CommandListProps) {
  return (
    <div id="commands" class="command-list" role="listbox" aria-label={strings.composer.commands}>
      {commands.map((command, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the text field has the focus and the keys
        <div
          key={command.name}
          id={optionId(command)}
          class="command"
          role="option"
          tabIndex={-1}
          aria-selected={index === selected}
          // Or the field would lose the focus.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onChoose(command)}
        >
          <Icon name={command.icon} />
          <span>/{command.name}</span>
          <span class="dim ellipsis">{command.label}</span>
        </div>
      ))}
    </div>
  );
}

export function optionId({ name }: SlashCommand): string {
  return `command-${name}`;
}
