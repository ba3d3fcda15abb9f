// @vitest-environment happy-dom
/** A session that another process works in: watched live, read-only, until it can be gone on with here (DL-35). */
import { describe, expect, it } from 'vitest';
import type { Followed } from '../../../src/protocol/chat.ts';
import { type RenderedApp, renderApp } from './render-app.tsx';
import { SESSION, SessionScript } from './session-script.ts';

const window: Followed = { owner: { pid: 4711, place: 'window' }, isOwned: true };
const terminal: Followed = { owner: { pid: 4711, place: 'terminal' }, isOwned: true };
const left: Followed = { ...window, isOwned: false };

const status = {
  type: 'status',
  agent: 'build',
  model: { provider: 'anthropic', label: 'anthropic → sonnet' },
  configured: true,
  queued: [],
} as const;

function working(): SessionScript {
  const script = new SessionScript();
  script.startTurn('build');
  script.add({ type: 'prompt', text: 'Fix it' });
  return script;
}

async function watching(script: SessionScript, followed: Followed): Promise<RenderedApp> {
  const app = await renderApp();
  await app.receive({
    type: 'snapshot',
    head: script.head,
    followed,
    events: script.stored,
    hasOlder: false,
  });
  await app.receive(status);
  return app;
}

const banner = (app: RenderedApp) => app.find('.followed [role=status]').textContent;
const takeOver = (app: RenderedApp) => app.find('.followed vscode-button', 'Continue here');
const field = (app: RenderedApp) => app.find('textarea') as HTMLTextAreaElement;

describe('a session that another process works in (DL-35)', () => {
  it('says so, takes no prompt, and offers neither Stop nor to go on', async () => {
    const app = await watching(working(), window);
    expect(banner(app)).toBe('This session is at work in another window. You are watching it live.');
    expect(field(app)).toMatchObject({
      disabled: true,
      placeholder: 'Prompts are written in another window',
    });
    expect(takeOver(app).hasAttribute('disabled')).toBe(true);
    const buttons = [...app.root.querySelectorAll('.composer vscode-button, .chip-button')];
    expect(buttons.map(({ textContent }) => textContent)).not.toContain('Stop');
    expect(buttons.filter((button) => !button.hasAttribute('disabled'))).toEqual([]);
    expect(app.root.querySelector('.composer-hint')).toBeNull();
  });

  it('names a terminal, and says when no turn runs', async () => {
    const script = working();
    script.finishTurn();
    const app = await watching(script, terminal);
    expect(banner(app)).toBe('This session is open in a terminal. You are watching it live.');
  });

  it('is gone on with by a click once nobody owns it, and then takes prompts again', async () => {
    const script = working();
    const app = await watching(script, window);
    const { stored } = script;
    script.finishTurn();
    await app.receive({ type: 'events', sessionId: SESSION, frame: 1, events: stored.slice(-1) });
    await app.receive({ type: 'head', head: script.head, followed: left });
    expect(banner(app)).toBe('The other window is done with it.');
    expect(field(app)).toMatchObject({ disabled: true, placeholder: 'Continue here to write a prompt' });
    app.sent();
    await app.click('.followed vscode-button', 'Continue here');
    expect(app.sent()).toEqual([{ type: 'takeOver' }]);

    await app.show(script);
    expect(app.root.querySelector('.followed')).toBeNull();
    expect(field(app).disabled).toBe(false);
  });

  it('says when it was left in the middle of a turn, and Resume is offered once it is open here', async () => {
    const script = working();
    script.finishTurn('interrupted');
    const app = await watching(script, left);
    expect(banner(app)).toBe('The other window left it in the middle of a turn.');
    expect(app.root.querySelector('.fault-actions')).toBeNull();
    await app.show(script);
    await app.click('.fault-actions vscode-button', 'Resume');
    expect(app.sent()).toContainEqual({ type: 'resume' });
  });

  it('shows what ran as interrupted once nobody owns it', async () => {
    const script = working();
    const tool = { type: 'tool.started', input: {}, service: 'tools' } as const;
    script.add({ ...tool, call_id: 'c1', name: 'bash' });
    script.add({ ...tool, call_id: 'd1', name: 'delegate' });
    const child = { call_id: 'd1', child_agent: 'scout', child_session_id: 'child-1' };
    script.add({ type: 'delegation.started', ...child, instruction: 'Look', depth: 1, resumed: false });
    const app = await watching(script, window);
    expect(app.root.querySelectorAll('.tool-state .spin')).toHaveLength(2);
    await app.receive({ type: 'head', head: script.head, followed: left });
    expect([...app.root.querySelectorAll('.tool-state')].map((each) => each.textContent)).toEqual([
      'interrupted',
      'interrupted',
    ]);
    expect(app.root.querySelector('.spin')).toBeNull();
  });

  it('shows a question without answers, and says where it is answered', async () => {
    const script = working();
    script.add({
      type: 'approval.requested',
      approval_id: 'a1',
      prompt: 'Run a command?',
      options: ['Allow once', 'Deny'],
      deadline_at: Date.now() + 52_000,
      default: 'deny',
      subject: { tool_name: 'bash', tool_input: { command: 'npm test' } },
      path: ['build'],
    });
    const app = await watching(script, terminal);
    const card = app.find('[role=group].card');
    expect(card.textContent).toContain('npm test');
    expect(card.textContent).toContain('This question is answered in a terminal.');
    expect(card.querySelector('vscode-button')).toBeNull();
    expect(app.find('.activity').textContent).toContain('Waiting for an answer');
    await app.press(card, '1');
    expect(app.sent().filter(({ type }) => type === 'answer')).toEqual([]);

    await app.receive({ type: 'head', head: script.head, followed: { ...terminal, isOwned: false } });
    expect(card.textContent).toContain('Continue here to answer this question.');
    expect(card.querySelector('[role=timer]')).toBeNull();
  });

  it('asks anew for a branch that is open when its session is shown anew', async () => {
    const script = working();
    script.add({ type: 'tool.started', call_id: 'd1', name: 'delegate', input: {}, service: 'delegate' });
    const child = { call_id: 'd1', child_agent: 'scout', child_session_id: 'child-1' };
    script.add({ type: 'delegation.started', ...child, instruction: 'Look', depth: 1, resumed: false });
    const app = await watching(script, window);
    await app.click('.delegation button', 'scout');
    const asked = { type: 'watch', sessionId: 'child-1' };
    expect(app.sent()).toContainEqual(asked);
    await app.show(script);
    expect(app.sent()).toContainEqual(asked);
  });

  it('offers no prompt while it is empty', async () => {
    const app = await watching(new SessionScript(), window);
    expect(app.find('.empty').textContent).toBe('Nothing has been asked in this session yet.');
  });

  it('does not become ours again by an old message', async () => {
    const script = working();
    const old = script.head;
    script.add({ type: 'assistant.message', message_id: 'm1', text: 'Fixed.' });
    const app = await watching(script, window);
    await app.receive({ type: 'head', head: old });
    expect(field(app).disabled).toBe(true);
  });
});
