/** The redaction hook: secrets in results reach neither model nor log (RT-51). */
import { describe, expect, test } from 'vitest';
import type { HookResult } from '../../../../src/protocol/hooks.ts';
import { createRedactionService } from '../../../../src/services/hook-redaction/definition.ts';
import { inProcess } from '../../../builders/in-process-service.ts';

const token = `ghp_${'0123456789abcdefghijABCDEFGHIJ012345'}`;

describe('the redaction hook', () => {
  test("changes a tool's result, all of it, and says what was masked", async () => {
    const { emit } = await redaction();

    const result = await emit('tool:post', {
      tool_name: 'bash',
      tool_call_id: 'c1',
      tool_input: { command: 'cat .env' },
      result: {
        success: true,
        output: { stdout: `TOKEN=${token}\nGITHUB=${token}\npassword=hunter2`, returncode: 0 },
      },
    });

    expect(result).toMatchObject({
      action: 'MODIFY',
      reason: 'masked 2 × GitHub token, secret',
      data: {
        tool_name: 'bash',
        tool_call_id: 'c1',
        result: {
          success: true,
          output: {
            stdout:
              'TOKEN=[REDACTED:GitHub token]\nGITHUB=[REDACTED:GitHub token]\npassword=[REDACTED:secret]',
            returncode: 0,
          },
        },
      },
    });
  });

  test('leaves a result without secrets as it is', async () => {
    const { emit } = await redaction();

    expect((await emit('tool:post', { tool_name: 'bash', result: { output: 'fine' } })).action).toBe(
      'CONTINUE',
    );
  });

  test('masks what providers and tools say of their failures', async () => {
    const { emit } = await redaction();

    expect(await emit('provider:error', { error: { message: `401 for key ${token}` } })).toMatchObject({
      action: 'MODIFY',
      data: { error: { message: '401 for key [REDACTED:GitHub token]' } },
    });
  });

  test("never touches what is on its way to a tool, a model or the person's answer", async () => {
    const { emit } = await redaction();

    for (const event of [
      'tool:pre',
      'prompt:submit',
      'provider:request',
      'llm:request',
      'approval:granted',
    ]) {
      expect((await emit(event, { tool_input: { command: token }, prompt: token })).action).toBe('CONTINUE');
    }
  });

  test('is configured with patterns, exceptions and personal data', async () => {
    const { emit } = await redaction({
      patterns: [{ name: 'host', pattern: 'db-\\d+' }],
      allow: [token],
      personal: true,
    });

    expect(await emit('tool:post', { result: { output: `db-1 ${token} ann@example.com` } })).toMatchObject({
      data: { result: { output: `[REDACTED:host] ${token} [REDACTED:mail address]` } },
    });
  });

  test('refuses a pattern that is none', async () => {
    await expect(redaction({ patterns: [{ name: 'x', pattern: '(' }] })).rejects.toThrow(
      /patterns\.0\.pattern: is not a regular expression/,
    );
  });

  test('runs before hooks that look at results, and closes when it fails', async () => {
    const { describe: manifest } = await redaction();

    expect(manifest.capabilities.hooks).toEqual([
      expect.objectContaining({ name: 'redaction', priority: 10, on_failure: 'ask' }),
    ]);
  });
});

async function redaction(config: Record<string, unknown> = {}) {
  const service = inProcess(createRedactionService());
  await service.call('configure', { config: { redaction: config } });
  return {
    describe: await service.call('describe', {}),
    emit: (event: string, data: Record<string, unknown>): Promise<HookResult> =>
      service.call('hook.emit', { event, data: { session_id: 's1', ...data } }),
  };
}
