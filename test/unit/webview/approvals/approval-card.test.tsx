// @vitest-environment happy-dom
/** A question to the person, from the card to the line it becomes. */
import { act } from 'preact/test-utils';
import { describe, expect, it, vi } from 'vitest';
import { renderApp } from '../render-app.tsx';
import { SESSION, SessionScript } from '../session-script.ts';

function question(subject: object, more: object = {}) {
  const script = new SessionScript();
  script.startTurn('build');
  script.add({
    type: 'approval.requested',
    approval_id: 'a1',
    prompt: 'Run a command?',
    options: ['Allow once', 'Always', 'Deny'],
    deadline_at: Date.now() + 52_000,
    default: 'deny',
    subject: { hook: 'approval', reason: 'runs a program', ...subject },
    path: ['build', 'reviewer'],
    ...more,
  });
  return script;
}
const command = { tool_name: 'bash', tool_input: { command: 'npm test -- upload' } };

/** Writes into the text area of a form; the toolkit's element is made by the browser only. */
async function write(area: HTMLElement, text: string) {
  await act(() => {
    Object.assign(area, { value: text });
    area.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

describe('the card', () => {
  it('shows what will run in full, who asks, which hook and why, and the time left', async () => {
    const app = await renderApp();
    await app.show(question({ ...command, suggested_rule: { pattern: 'npm test *' } }));
    const card = app.find('[role=group].card');
    expect(card.getAttribute('aria-label')).toBe('build › reviewer asks: Run a command?');
    expect(card.querySelector('.asked-text')?.textContent).toBe('npm test -- upload');
    expect(card.textContent).toContain('hook approval: runs a program');
    expect(card.textContent).toContain('asked by build › reviewer');
    expect(card.querySelector('[role=timer]')?.textContent).toMatch(/^default deny in 0:5\d$/);
    expect([...card.querySelectorAll('vscode-button')].map((button) => button.textContent)).toEqual([
      'Allow once',
      'Always npm test *',
      'Edit',
      'Deny…',
    ]);
  });

  it('shows what there is to know of a service, line by line, with the answers for it (RT-8)', async () => {
    const app = await renderApp();
    const details = [
      { name: 'Runs', text: 'node notes.cjs (a process)' },
      { name: 'Asks for', text: 'network api.example' },
    ];
    const subject = { hook: undefined, reason: 'it did not come with Patchbay', service: 'notes', details };
    const options = ['Allow this version', 'Allow for this session', 'Deny'];
    await app.show(question(subject, { prompt: 'Let service "notes" run?', options }));
    const card = app.find('[role=group].card');
    expect([...card.querySelectorAll('dl > div')].map((line) => line.textContent)).toEqual([
      'Runsnode notes.cjs (a process)',
      'Asks fornetwork api.example',
    ]);
    expect(card.textContent).toContain('it did not come with Patchbay');
    await app.click('vscode-button', 'Allow this version');
    expect(app.sent()).toEqual([{ type: 'answer', approvalId: 'a1', choice: 'Allow this version' }]);
  });

  it('answers with the option that was chosen, once', async () => {
    const app = await renderApp();
    await app.show(question(command));
    await app.click('vscode-button', 'Allow once');
    expect(app.sent()).toEqual([{ type: 'answer', approvalId: 'a1', choice: 'Allow once' }]);
    expect(app.find('vscode-button', 'Allow once').hasAttribute('disabled')).toBe(true);
  });

  it('allows an edited command', async () => {
    const app = await renderApp();
    await app.show(question(command));
    await app.click('vscode-button', 'Edit');
    await write(app.find('vscode-text-area'), 'npm test');
    await app.click('vscode-button', 'Allow edited');
    expect(app.sent()).toEqual([
      { type: 'answer', approvalId: 'a1', choice: 'Allow once', edited: { command: 'npm test' } },
    ]);
  });

  it('denies with a reason, by keyboard alone', async () => {
    const app = await renderApp();
    await app.show(question(command));
    await app.receive({ type: 'focus', target: 'approval' });
    await app.press(app.find('.card'), '4');
    const area = app.find('vscode-text-area');
    await write(area, ' not today ');
    await app.press(area, 'Enter');
    expect(app.sent()).toEqual([{ type: 'answer', approvalId: 'a1', choice: 'Deny', reason: 'not today' }]);
  });

  it('goes back from a form with Escape, and to the composer with the next one', async () => {
    const app = await renderApp();
    await app.show(question(command));
    await app.receive({ type: 'focus', target: 'approval' });
    await app.press(app.find('.card'), '3');
    await app.press(app.find('vscode-text-area'), 'Escape');
    expect(app.root.querySelector('vscode-text-area')).toBeNull();
    await app.press(app.find('.card'), 'Escape');
    expect(document.activeElement).toBe(app.find('textarea'));
    expect(app.sent()).toEqual([]);
  });

  it('reads what the log keeps elsewhere before it can be edited', async () => {
    const content = { $ref: 'r1', bytes: 9_000, preview: 'beg' };
    const app = await renderApp();
    await app.show(question({ tool_name: 'write_file', tool_input: { file_path: 'a.md', content } }));
    expect(app.sent()).toEqual([{ type: 'blob', ref: 'r1' }]);
    await app.receive({ type: 'blob', sessionId: 's1', ref: 'r1', text: 'line one\nline two' });
    expect(app.find('.card .diff').textContent).toContain('line two');
  });

  it('about a change shows it, and can keep the original', async () => {
    const before = { file_path: 'a.md', content: 'Key: abc' };
    const after = { file_path: 'a.md', content: 'Key: ***' };
    const app = await renderApp();
    await app.show(
      question({ tool_name: 'write_file', before, after }, { options: ['Accept', 'Keep original', 'Deny'] }),
    );
    expect(app.find('.card .diff-line.removed').textContent).toContain('Key: abc');
    expect(app.find('.card .diff-line.added').textContent).toContain('Key: ***');
    await app.click('vscode-button', 'Keep original');
    expect(app.sent()).toEqual([{ type: 'answer', approvalId: 'a1', choice: 'Keep original' }]);
  });
});

describe('the focus', () => {
  it('goes to the card when nothing is being written', async () => {
    vi.spyOn(document, 'hasFocus').mockReturnValue(true);
    const app = await renderApp();
    await app.show(question(command));
    expect(document.activeElement).toBe(app.find('.card'));
  });

  it('stays where it is while something is being written', async () => {
    vi.spyOn(document, 'hasFocus').mockReturnValue(true);
    const app = await renderApp({ draft: 'half written' });
    await app.show(question(command));
    expect(document.activeElement).not.toBe(app.find('.card'));
    await app.receive({ type: 'focus', target: 'approval' });
    expect(document.activeElement).toBe(app.find('.card'));
  });

  it('that the card just took is not the answer to a key meant for the composer', async () => {
    vi.spyOn(document, 'hasFocus').mockReturnValue(true);
    const app = await renderApp();
    await app.show(question(command));
    await app.press(app.find('.card'), '1');
    expect(app.sent()).toEqual([]);
    expect(document.activeElement).toBe(app.find('textarea'));
  });
});

it.each([
  [{ choice: 'Allow once', granted: true, by: 'person' }, 'Allowed by you after 3 s'],
  [{ choice: 'Deny', granted: false, by: 'person', reason: 'no' }, 'Denied by you after 3 s: no'],
  [{ choice: 'Deny', granted: false, by: 'timeout' }, 'Denied by default after 3 s'],
  [{ choice: 'Allow once', granted: true, by: 'person', edited: {} }, 'Allowed by you, edited after 3 s'],
] as const)('an answer of %j is one line: %s', async (answer, text) => {
  const script = question(command);
  const app = await renderApp();
  await app.show(script);
  const event = script.add({ type: 'approval.answered', approval_id: 'a1', waited_ms: 3000, ...answer });
  await app.receive({ type: 'events', sessionId: SESSION, frame: 1, events: [event] });
  expect(app.root.querySelector('.card')).toBeNull();
  expect(app.find('.answered-text').textContent).toBe(text);
});
