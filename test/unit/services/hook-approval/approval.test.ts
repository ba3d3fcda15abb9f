/** The approval hook as a service: what it answers to events, and what it remembers in the session's state. */
import { describe, expect, test } from 'vitest';
import type { HookResult } from '../../../../src/protocol/hooks.ts';
import { createApprovalService } from '../../../../src/services/hook-approval/definition.ts';
import { inProcess } from '../../../builders/in-process-service.ts';

const cwd = process.cwd();

describe('the gate', () => {
  test('closes when it fails: asks, or denies when nobody is there (RT-42a)', async () => {
    const service = inProcess(createApprovalService());

    const { capabilities } = (await service.call('describe', {})) as { capabilities: { hooks: unknown[] } };

    expect(capabilities.hooks).toEqual([
      expect.objectContaining({
        name: 'approval',
        events: ['tool:pre', 'approval:granted', 'approval:denied'],
        priority: 50,
        on_failure: 'ask',
      }),
    ]);
  });

  test('asks with prompt, options, default and the rule that Always would write (RT-42)', async () => {
    const { emit } = await approvals();

    expect(await emit('tool:pre', { tool_name: 'bash', tool_input: { command: 'npm test' } })).toMatchObject({
      action: 'ASK_USER',
      approval_prompt: 'Run a command?',
      approval_options: ['Allow once', 'Allow for this session', 'Always allow', 'Deny'],
      approval_default: 'deny',
      reason: 'runs a program',
      suggested_rule: { tool: 'bash', pattern: 'npm test*', action: 'allow' },
    });
  });

  test('lets read-only tools pass, by what the host says of them or by their known names', async () => {
    const { emit } = await approvals();

    expect((await emit('tool:pre', { tool_name: 'read_file', tool_input: { file_path: 'a' } })).action).toBe(
      'CONTINUE',
    );
    expect(
      (await emit('tool:pre', { tool_name: 'look', tool_annotations: { read_only: true } })).action,
    ).toBe('CONTINUE');
    expect(
      (await emit('tool:pre', { tool_name: 'todo', tool_annotations: { read_only: false } })).action,
    ).toBe('CONTINUE');
    expect(
      (
        await emit('tool:pre', {
          tool_name: 'read_file',
          tool_annotations: { read_only: false },
          tool_input: { file_path: 'a' },
        })
      ).action,
    ).toBe('ASK_USER');
  });

  test("takes the settings' word for what a tool does", async () => {
    const { emit } = await approvals({ tools: { look: { read_only: true } } });

    expect(
      (await emit('tool:pre', { tool_name: 'look', tool_annotations: { read_only: false } })).action,
    ).toBe('CONTINUE');
  });

  test('refuses a path that is none in the words of the tool', async () => {
    const { emit } = await approvals();

    expect(await emit('tool:pre', { tool_name: 'write_file', tool_input: { file_path: ' ' } })).toMatchObject(
      {
        action: 'DENY',
        reason: 'The path is empty. Give the path of a file or folder.',
      },
    );
  });

  test('writes a line to its log for what mode allow lets through', async () => {
    const { emit, service } = await approvals({ mode: 'allow' });

    expect((await emit('tool:pre', { tool_name: 'bash', tool_input: { command: 'sudo ls' } })).action).toBe(
      'CONTINUE',
    );
    expect(service.notifications).toEqual([
      {
        name: 'log',
        payload: expect.objectContaining({
          message: 'Allowed without asking (mode "allow"): bash runs as another user',
        }),
      },
    ]);
  });

  test('refuses a configuration that is wrong by naming the fault', async () => {
    await expect(approvals({ mode: 'maybe' })).rejects.toThrow(/"approval": mode: expected one of/);
  });
});

describe('an answer', () => {
  const command = { tool_name: 'bash', tool_input: { command: 'npm test' } };

  test('"Allow for this session" holds for the next turn\'s service too, and lands in the state', async () => {
    const { emit, state } = await approvals();

    await emit('approval:granted', { ...command, choice: 'Allow for this session', by: 'person' });

    expect(state.get('hook-approval:answers')).toEqual({
      allowed: [{ tool: 'bash', pattern: 'npm test*', action: 'allow' }],
      denied: [],
    });
    expect((await emit('tool:pre', command)).action).toBe('CONTINUE');
    const next = await approvals({}, state);
    expect((await next.emit('tool:pre', command)).action).toBe('CONTINUE');
  });

  test('"Allow once" and "Always allow" leave nothing in the state', async () => {
    const { emit, state } = await approvals();

    await emit('approval:granted', { ...command, choice: 'Allow once', by: 'person' });
    await emit('approval:granted', { ...command, choice: 'Always allow', by: 'person' });

    expect(state.size).toBe(0);
    expect((await emit('tool:pre', command)).action).toBe('ASK_USER');
  });

  test('"Deny" of the person is remembered with their reason; nobody answering in time is not', async () => {
    const { emit, state } = await approvals();

    await emit('approval:denied', { ...command, choice: 'Deny', by: 'timeout' });
    expect((await emit('tool:pre', command)).action).toBe('ASK_USER');

    await emit('approval:denied', { ...command, choice: 'Deny', by: 'person', reason: 'Not now.' });
    expect(await emit('tool:pre', command)).toMatchObject({
      action: 'DENY',
      reason: expect.stringContaining('Not now.'),
    });
    const next = await approvals({}, state);
    expect((await next.emit('tool:pre', command)).action).toBe('DENY');
  });

  test('given at the same moment as others is not forgotten', async () => {
    const { emit, state } = await approvals();

    await Promise.all(
      ['a', 'b', 'c'].map((verb) =>
        emit('approval:granted', {
          tool_name: 'bash',
          tool_input: { command: `npm ${verb}` },
          choice: 'Allow for this session',
        }),
      ),
    );

    expect((state.get('hook-approval:answers') as { allowed: unknown[] }).allowed).toHaveLength(3);
  });

  test('to a question that was about no tool leaves nothing', async () => {
    const { emit, state } = await approvals();

    expect((await emit('approval:denied', { choice: 'Deny', by: 'person' })).action).toBe('CONTINUE');
    expect(state.size).toBe(0);
  });
});

async function approvals(config: Record<string, unknown> = {}, state = new Map<string, unknown>()) {
  const service = inProcess(createApprovalService(), {
    environment: { HOME: '/home/ann' },
    host: {
      'request.state_get': ({ key }) => ({ value: state.get(key) ?? null }),
      'request.state_set': ({ key, value }) => {
        state.set(key, value);
        return { ok: true };
      },
    },
  });
  await service.call('configure', { config: { approval: config } });
  const emit = (event: string, data: Record<string, unknown>): Promise<HookResult> =>
    service.call('hook.emit', { event, data: { cwd, agent: 'root', session_id: 's1', ...data } });
  return { service, emit, state };
}
