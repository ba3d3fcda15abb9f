/**
 * When a card takes the focus: as it appears, if the person is here and not writing; and when asked to. What
 * was typed in that moment was not meant for it.
 */

import { useSignalEffect } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useChat } from '../session/chat-context.ts';
import type { ApprovalRow } from '../timeline/rows.ts';

/** A key pressed sooner after the card took the focus was on its way to the composer. */
const STRAY_KEY_MS = 500;

export function useCardFocus(card: RefObject<HTMLDivElement | null>, row: ApprovalRow) {
  const chat = useChat();
  const focusedAt = useRef(0);
  const focus = (isAsked: boolean) => {
    focusedAt.current = isAsked ? 0 : performance.now();
    card.current?.focus({ preventScroll: !isAsked });
    if (isAsked) card.current?.scrollIntoView({ block: 'nearest' });
  };

  useEffect(() => {
    const isFirst = chat.head.peek()?.pending_approvals[0] === row.approvalId;
    const isOurs = chat.followed.peek() === undefined;
    if (isFirst && isOurs && document.hasFocus() && isFree(chat.draft.peek())) focus(false);
  }, []);
  useSignalEffect(() => {
    const wanted = chat.focus.value;
    if (wanted?.target !== 'approval') return;
    const first = chat.head.peek()?.pending_approvals[0];
    if (first !== undefined && first !== row.approvalId) return;
    chat.focus.value = undefined;
    focus(true);
  });

  return { isReady: () => performance.now() - focusedAt.current > STRAY_KEY_MS };
}

/** Nothing is being written, and the focus is nowhere else it is needed. */
function isFree(draft: string): boolean {
  const active = document.activeElement;
  return draft.trim() === '' && (!active || active === document.body || active.closest('.composer') !== null);
}
