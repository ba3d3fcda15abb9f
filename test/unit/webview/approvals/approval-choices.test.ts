/** The buttons of a question. */
import { describe, expect, it } from 'vitest';
import { isGrant as hostIsGrant } from '../../../../src/protocol/approvals.ts';
import { type Choice, choicesOf, isGrant } from '../../../../webview/approvals/approval-choices.ts';

const bash = { tool_name: 'bash', tool_input: { command: 'npm test' } };
const brief = (choices: readonly Choice[]) =>
  choices.map(
    (choice) => `${choice.type}${choice.type === 'grant' && choice.isPrimary ? '!' : ''} ${choice.option}`,
  );

describe('the options of a hook', () => {
  it('become one main button, an editor before the noes, and a no with a reason', () => {
    expect(brief(choicesOf({ options: ['Allow once', 'Deny'], subject: bash }))).toEqual([
      'grant! Allow once',
      'edit Allow once',
      'deny Deny',
    ]);
  });

  it('keep their order, and an editor asked for stays where it is', () => {
    const options = ['Allow once', 'Always allow', 'Edit', 'Allow for this session', 'Deny…'];
    const choices = choicesOf({ options, subject: { ...bash, suggested_rule: { pattern: 'npm test *' } } });
    expect(brief(choices)).toEqual([
      'grant! Allow once',
      'grant Always allow',
      'edit Allow once',
      'grant Allow for this session',
      'deny Deny…',
    ]);
    expect(choices[1]).toMatchObject({ pattern: 'npm test *' });
    expect(choices[3]).not.toHaveProperty('pattern');
  });

  it('say what a rule would allow: a pattern, or a tool in a folder', () => {
    const labelled = (suggested_rule: Record<string, unknown>) =>
      choicesOf({ options: ['Always allow'], subject: { ...bash, suggested_rule } })[0];
    expect(labelled({ tool: 'bash', pattern: 'npm test*' })).toMatchObject({ pattern: 'npm test*' });
    expect(labelled({ tool: 'edit_file', folder: 'src' })).toMatchObject({ pattern: 'edit_file in src' });
    expect(labelled({ tool: 'web_fetch' })).toMatchObject({ pattern: 'web_fetch' });
  });

  it('for a change are to accept it, to keep the original, or to edit it', () => {
    const subject = { ...bash, before: { command: 'a' }, after: { command: 'b' } };
    expect(brief(choicesOf({ options: ['Accept', 'Keep original', 'Deny'], subject }))).toEqual([
      'grant! Accept',
      'edit Accept',
      'other Keep original',
      'deny Deny',
    ]);
  });

  it('have no editor where there is nothing to edit, or no way to say yes', () => {
    expect(brief(choicesOf({ options: ['Allow once', 'Edit', 'Deny'], subject: {} }))).toEqual([
      'grant! Allow once',
      'deny Deny',
    ]);
    expect(brief(choicesOf({ options: ['Edit', 'Deny'], subject: bash }))).toEqual(['deny Deny']);
  });
});

it('what looks like a yes is what the host takes for one', () => {
  const grants = ['Allow', 'Allow once', 'Allow always', 'Allow edited', 'Allow for this session'];
  const words = [
    ...grants,
    'ALWAYS',
    'Always allow',
    'Accept',
    'Yes',
    'Deny',
    'Edit',
    'Keep original',
    'Maybe',
    '',
  ];
  expect(words.map(isGrant)).toEqual(words.map(hostIsGrant));
  expect(words.filter(isGrant)).toHaveLength(9);
});
