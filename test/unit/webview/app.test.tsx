// @vitest-environment happy-dom
/** The app as a person finds it, without the browser's own work. */
import { describe, expect, it } from 'vitest';
import type { AgentShare } from '../../../src/protocol/events.ts';
import { emptySummary } from '../../builders/session-events.ts';
import { type RenderedApp, renderApp } from './render-app.tsx';
import { SESSION, SessionScript } from './session-script.ts';

const scripted = {
  type: 'status',
  agent: 'build',
  model: { provider: 'replay', label: 'scripted demonstration', scripted: true },
  configured: false,
  queued: [],
} as const;

describe('an empty session', () => {
  it('offers the demonstration while no model is set up, and says that it is scripted', async () => {
    const app = await renderApp();
    await app.show(new SessionScript());
    await app.receive(scripted);
    expect(app.find('.chip-button:last-child').textContent).toBe('scripted demonstration, no model');
    await app.click('vscode-button', 'Run the demonstration');
    expect(app.sent()).toEqual([{ type: 'prompt', text: 'Why does the upload test fail? Fix it.' }]);
  });

  it('offers the next sensible thing with a model, and a key without one', async () => {
    const app = await renderApp();
    await app.show(new SessionScript());
    const model = { provider: 'anthropic', label: 'anthropic → sonnet' };
    await app.receive({ ...scripted, model, configured: true });
    expect(app.find('.empty vscode-button').textContent).toBe('Explain this folder');
    await app.receive({ ...scripted, model });
    await app.click('vscode-button', 'Add provider key');
    expect(app.sent()).toEqual([{ type: 'command', command: 'addProviderKey' }]);
  });
});

describe('the end of a turn', () => {
  const services = [
    { service: 'tools-files', calls: 3, failed: 1, chars_in: 120, chars_out: 20_480, latency_ms: 40 },
  ];
  const details = {
    runs: 1,
    failed_requests: 1,
    cached_tokens: 9_000,
    cache_write_tokens: 0,
    latency_ms: 2_300,
    services,
  };
  const share = (agent: string): AgentShare => ({
    agent,
    requests: 3,
    tool_calls: 3,
    input_tokens: 12_000,
    output_tokens: 400,
    cost_usd: null,
    details,
  });
  const endOf = async (agents: AgentShare[]) => {
    const script = new SessionScript();
    script.startTurn('build');
    script.finishTurn('completed', { summary: { ...emptySummary, agents } });
    const app = await renderApp();
    await app.show(script);
    return app;
  };
  const rows = (app: RenderedApp) =>
    [...app.root.querySelectorAll('.figures tr')].map((row) =>
      [...row.children].map(({ textContent }) => textContent).join('|'),
    );

  it('opens to what each agent and each service took, and shows none of it before (AT-80, AT-85)', async () => {
    const twice = { ...share('build'), details: { ...details, runs: 2 } };
    const app = await endOf([twice, { ...share('scout'), details: undefined }]);
    expect(rows(app)).toEqual([]);
    await app.click('.summary .disclosure-line');
    expect(rows(app)).toEqual([
      'Agent|Cost|Requests|Tools|In|Out|Cached|Model\u00a0time',
      'build × 2|unknown|3 (1 failed)|3|12k|400|9.0k|2.3 s',
      // Of an earlier version's log.
      'scout|unknown|3|3|12k|400|–|–',
      'Service|Calls|Chars in|Chars out|Time',
      'build · tools-files|3 (1 failed)|120|20k|40 ms',
    ]);
  });
});

describe('the timeline', () => {
  it('shows who did what, and streams text into its row', async () => {
    const script = new SessionScript();
    script.startTurn('build');
    script.add({ type: 'prompt', text: 'Read `a.ts`' });
    script.add({
      type: 'tool.started',
      call_id: 'c1',
      name: 'read_file',
      input: { file_path: 'a.ts' },
      service: 'files',
    });
    const app = await renderApp();
    await app.show(script);
    expect(app.find('.row-agent').textContent).toBe('build');
    expect(app.find('.prompt code').textContent).toBe('a.ts');
    expect(app.find('.activity').textContent).toContain('Running read_file');
    for (const text of ['It says ', 'hello.'])
      await app.receive({ type: 'events', sessionId: SESSION, frame: 1, events: [script.say('m1', text)] });
    await expect.poll(() => app.find('.row-message').textContent).toContain('It says hello.');
    const element = app.find('.row-message');
    const done = script.add({ type: 'assistant.message', message_id: 'm1', text: 'It says hello.' });
    await app.receive({ type: 'events', sessionId: SESSION, frame: 2, events: [done] });
    expect(app.find('.row-message')).toBe(element);
    expect(app.root.querySelector('.streaming')).toBeNull();
  });

  it('opens a call to what went in and came out, and asks for what is kept elsewhere', async () => {
    const script = new SessionScript();
    script.startTurn();
    const output = { content: { $ref: 'r1', bytes: 240_000, preview: 'first lines' } };
    script.add({
      type: 'tool.finished',
      call_id: 'c1',
      name: 'list',
      service: 'files',
      success: true,
      output,
      duration_ms: 12,
    });
    const app = await renderApp();
    await app.show(script);
    const line = app.find('.row-tool .disclosure-line');
    expect(line.getAttribute('aria-expanded')).toBe('false');
    await app.click('.row-tool .disclosure-line');
    expect(line.getAttribute('aria-expanded')).toBe('true');
    expect(app.find('.text-block').textContent).toContain('first lines');
    await app.click('.text-button', 'Show all (240 KB)');
    expect(app.sent()).toEqual([{ type: 'blob', ref: 'r1' }]);
    await app.receive({ type: 'blob', sessionId: 's1', ref: 'r1', text: 'all of it' });
    expect(app.find('.text-block').textContent).toBe('all of it');
  });

  it('a failed turn offers Retry, an interrupted one Resume; only the last one does', async () => {
    const script = new SessionScript();
    script.startTurn();
    script.finishTurn('interrupted');
    script.startTurn();
    script.finishTurn('failed', {
      error: { kind: 'auth', message: 'The key was refused.', remedy: 'Add another.' },
    });
    const app = await renderApp();
    await app.show(script);
    expect(app.find('.fault', 'The turn failed').textContent).toContain('Add another.');
    expect(app.root.textContent).not.toContain('Resume');
    await app.click('vscode-button', 'Retry');
    await app.click('vscode-button', 'Add provider key');
    expect(app.sent()).toEqual([{ type: 'retry' }, { type: 'command', command: 'addProviderKey' }]);
  });

  it('a prompt for another agent says for whom it was (DL-28)', async () => {
    const script = new SessionScript();
    script.startTurn();
    script.add({ type: 'prompt', text: 'Look around', delegate_to: 'scout' });
    const app = await renderApp();
    await app.show(script);
    expect(app.find('.prompt').textContent).toContain('→ scoutLook around');
  });

  it('an unknown cost is not shown as nothing', async () => {
    const script = new SessionScript();
    script.startTurn();
    script.add({
      type: 'model.called',
      provider: 'p',
      model: 'm',
      status: 'ok',
      cost_usd: null,
      latency_ms: 1,
      attempt: 1,
      service: 's',
    });
    const app = await renderApp();
    await app.show(script);
    expect(app.find('.usage').textContent).toContain('cost unknown');
  });
});

describe('the composer', () => {
  async function running() {
    const script = new SessionScript();
    script.startTurn();
    const app = await renderApp();
    await app.show(script);
    return app;
  }

  it('sends with Enter and is empty then', async () => {
    const app = await renderApp();
    await app.show(new SessionScript());
    await app.type('  hello ');
    await app.press(app.find('textarea'), 'Enter');
    expect(app.sent()).toEqual([{ type: 'prompt', text: 'hello' }]);
    expect((app.find('textarea') as HTMLTextAreaElement).value).toBe('');
  });

  it('queues, interrupts and stops while a turn runs', async () => {
    const app = await running();
    await app.type('later');
    await app.press(app.find('textarea'), 'Enter');
    await app.type('now');
    await app.press(app.find('textarea'), 'Enter', { ctrlKey: true });
    await app.press(app.find('textarea'), 'Escape');
    expect(app.sent()).toEqual([
      { type: 'prompt', text: 'later', when: 'queue' },
      { type: 'prompt', text: 'now', when: 'interrupt' },
      { type: 'stop' },
    ]);
  });

  it('lists what is queued, to be taken back', async () => {
    const app = await running();
    await app.receive({ ...scripted, queued: ['one', 'two'] });
    await app.click('.queued:nth-child(2) button');
    expect(app.sent()).toEqual([{ type: 'unqueue', index: 1 }]);
  });

  it('names the agent of the next prompt, a choice of its own', async () => {
    const app = await renderApp();
    await app.show(new SessionScript());
    await app.receive({ ...scripted, agent: 'scout' });
    expect(app.find('.chip-button').textContent).toContain('scout');
    await app.click('.chip-button');
    expect(app.sent()).toEqual([{ type: 'command', command: 'switchAgent' }]);
  });

  it('offers commands after a slash, chosen by keyboard', async () => {
    const app = await renderApp();
    await app.show(new SessionScript());
    await app.type('/s');
    const field = app.find('textarea');
    expect(field.getAttribute('aria-activedescendant')).toBe('command-sessions');
    await app.press(field, 'ArrowDown');
    expect(field.getAttribute('aria-activedescendant')).toBe('command-settings');
    await app.press(field, 'Enter');
    expect(app.sent()).toEqual([{ type: 'command', command: 'openSettings' }]);
  });
});
