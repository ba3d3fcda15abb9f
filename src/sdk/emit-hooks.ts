/**
 * Runs a service's own hooks for one event, by ascending priority, and answers one result. The merge is the
 * host's (`protocol/merge-hook-results.ts`), so that a service with several hooks behaves like several services.
 */
import { safeParse } from 'zod/v4/core';
import { PatchbayError } from '../protocol/errors.ts';
import { type HookData, HookResult, PER_TOKEN_EVENTS } from '../protocol/hooks.ts';
import { issuesText } from '../protocol/issues-text.ts';
import { HookMerge } from '../protocol/merge-hook-results.ts';
import { isRecord } from '../protocol/reading.ts';
import type { HookContext, HookDefinition } from './define.ts';

export async function emitHooks(
  hooks: readonly HookDefinition[],
  event: string,
  data: HookData,
  contextOf: (hook: HookDefinition) => HookContext<unknown>,
): Promise<HookResult> {
  const matching = hooks
    .filter((hook) =>
      hook.events.some((name) => name === event || (name === '*' && !PER_TOKEN_EVENTS.has(event))),
    )
    .sort((a, b) => (a.priority ?? 100) - (b.priority ?? 100));
  const merge = new HookMerge(data);
  for (const hook of matching) {
    const outcome: unknown = (await hook.handle(event, merge.data, contextOf(hook))) ?? {};
    merge.add({ hook: hook.name, ...resultOf(hook.name, outcome) });
    if (merge.isDenied) break;
  }
  return merge.result();
}

/** @throws PatchbayError `protocol` for what is no hook result. */
function resultOf(hook: string, outcome: unknown): HookResult {
  const parsed = safeParse(HookResult, isRecord(outcome) ? { action: 'CONTINUE', ...outcome } : outcome);
  if (parsed.success) return parsed.data;
  const message = `Hook "${hook}" answered with something else than agreed: ${issuesText(parsed.error.issues)}`;
  throw new PatchbayError('protocol', message, { component: hook });
}
