/** The answers to a question as buttons; each also has a number key. */
import { Button } from '../controls.tsx';
import { strings } from '../strings.ts';
import type { Choice } from './approval-choices.ts';

interface ChoiceButtonsProps {
  readonly choices: readonly Choice[];
  readonly isDisabled: boolean;
  readonly onChoose: (choice: Choice) => void;
}

export function ChoiceButtons({ choices, isDisabled, onChoose }: ChoiceButtonsProps) {
  return (
    <div class="card-buttons">
      {choices.map((choice, index) => (
        <Button
          key={`${choice.type} ${choice.option}`}
          appearance={choice.type === 'grant' && choice.isPrimary ? 'primary' : 'secondary'}
          isDisabled={isDisabled}
          title={strings.approval.key(titleOf(choice), index + 1)}
          onClick={() => onChoose(choice)}
        >
          <Label choice={choice} />
        </Button>
      ))}
    </div>
  );
}

function Label({ choice }: { readonly choice: Choice }) {
  switch (choice.type) {
    case 'grant':
      if (choice.pattern === undefined) return <>{choice.option}</>;
      return (
        <>
          {strings.approval.always} <code>{choice.pattern}</code>
        </>
      );
    case 'edit':
      return <>{strings.approval.edit}</>;
    case 'deny':
      return <>{strings.approval.deny}</>;
    case 'other':
      return <>{choice.option}</>;
    default:
      choice satisfies never;
      return null;
  }
}

function titleOf(choice: Choice): string {
  switch (choice.type) {
    case 'grant':
      return choice.pattern === undefined ? choice.option : strings.approval.alwaysTitle(choice.pattern);
    case 'edit':
      return strings.approval.editTitle;
    case 'deny':
      return strings.approval.denyTitle;
    case 'other':
      return choice.option;
    default:
      choice satisfies never;
      return '';
  }
}
