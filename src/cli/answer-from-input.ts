/** Questions answered in the terminal: one at a time, by number, with the rest of the line as a reason. */

import { stderr, stdin } from 'node:process';
import { createInterface } from 'node:readline';
import type { Host } from '../host/host.ts';
import type { ApprovalAnswer } from '../protocol/approvals.ts';
import { asPatchbayError } from '../protocol/errors.ts';
import type { EventOf } from '../protocol/events.ts';
import type { Printer } from './printers.ts';

type Asked = EventOf<'approval.requested'>;

export interface InputAnswers extends Disposable {
  ask(asked: Asked): void;
  /** Somebody or something else answered. */
  settled(approvalId: string): void;
}

export function answerFromInput(host: Host, printer: Printer): InputAnswers {
  const waiting: Asked[] = [];
  /** Lines that were piped in before their question was asked. */
  const ahead: string[] = [];
  let lines: ReturnType<typeof createInterface> | undefined;
  let hasEnded = false;

  const open = () => {
    if (lines) return;
    lines = createInterface({ input: stdin, terminal: false });
    lines.on('line', (line) => {
      // What somebody types at no question is no answer to the next one.
      if (waiting.length > 0 || !stdin.isTTY) ahead.push(line);
      answerWaiting();
    });
    lines.on('close', () => {
      hasEnded = true;
      answerWaiting();
    });
  };
  const answerWaiting = () => {
    for (let asked = waiting[0]; asked; asked = waiting[0]) {
      const line = ahead.shift();
      if (line === undefined && !hasEnded) return;
      const answer = line === undefined ? INPUT_ENDED : parseAnswer(line, asked.options);
      if (answer) give(asked, answer);
      else stderr.write(`Type a number from 1 to ${asked.options.length}, with a reason if you like.\n`);
    }
  };
  const give = ({ approval_id: id }: Asked, answer: ApprovalAnswer) => {
    try {
      host.answer(id, answer);
    } catch (thrown) {
      // Its time may have run out at this very moment.
      stderr.write(`${asPatchbayError(thrown).message}\n`);
    }
    forget(id);
  };
  const forget = (approvalId: string) => {
    const index = waiting.findIndex((each) => each.approval_id === approvalId);
    if (index === -1) return;
    waiting.splice(index, 1);
    if (index === 0 && waiting[0]) printer.question(waiting[0]);
  };
  return {
    ask(asked) {
      open();
      waiting.push(asked);
      if (waiting.length === 1) printer.question(asked);
      answerWaiting();
    },
    settled: forget,
    [Symbol.dispose]() {
      waiting.length = 0;
      lines?.close();
    },
  };
}

/** Not the person's no, which may be remembered. */
const INPUT_ENDED: ApprovalAnswer = {
  choice: 'Cancelled',
  reason: 'the input ended before there was an answer',
};

/** `2`, `2 because …`, or the option's own words. */
export function parseAnswer(
  line: string,
  options: readonly string[],
): { choice: string; reason?: string } | undefined {
  const text = line.trim();
  const byName = options.find((option) => option.toLowerCase() === text.toLowerCase());
  if (byName !== undefined) return { choice: byName };
  const match = /^(\d+)\s*(.*)$/.exec(text);
  const choice = match && options[Number(match[1]) - 1];
  if (!choice) return undefined;
  return match[2] ? { choice, reason: match[2] } : { choice };
}
