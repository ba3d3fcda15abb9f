/** "Delegate to Agent…": who, what, with which attachments, where; then it runs and says when it is done (DL-28). */
import * as vscode from 'vscode';
import { lastText } from '../../host/delegation/past-work.ts';
import type { Session } from '../../session/session.ts';
import type { EditorAgents } from '../agents/editor-agents.ts';
import type { ChatHomes } from '../chat/chat-homes.ts';
import type { SessionRunner, TurnEnd } from '../chat/session-runner.ts';
import type { EditorHost } from '../editor-host.ts';
import { type Attachment, attachments } from './attachments.ts';
import { pickAgent } from './pick-agent.ts';

export interface DelegateParts {
  readonly host: EditorHost;
  readonly homes: ChatHomes;
  readonly agents: EditorAgents;
}

interface Where {
  /** Absent: a session of its own. */
  readonly parent: SessionRunner | undefined;
  readonly inBackground: boolean;
}

/** Characters of an answer's first line that a notification shows. */
const LONGEST_LINE = 160;
/** What was typed before the person left one of the later steps; given back the next time. */
let unsent = '';

/** @param preset the agent, when it is chosen already */
export async function delegateToAgent(parts: DelegateParts, preset?: string): Promise<void> {
  const title = vscode.l10n.t('Delegate to Agent');
  const agent = preset ?? (await pickAgent(parts.agents, { title }))?.name;
  if (agent === undefined) return;
  const typed = await vscode.window.showInputBox({
    title: `${title}: ${agent}`,
    prompt: vscode.l10n.t('What shall {0} do?', agent),
    value: unsent,
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === '' ? vscode.l10n.t('Write an instruction.') : undefined),
  });
  if (typed === undefined) return;
  unsent = typed;
  const more = await pickAttachments(`${title}: ${agent}`);
  if (!more) return;
  const where = await pickPlace(parts, `${title}: ${agent}`);
  if (!where) return;
  unsent = '';
  const instruction = [typed.trim(), ...more.map(({ text }) => text)].join('\n\n');
  await run(parts, agent, instruction, where);
}

/** None to choose from: the step is left out. Undefined when the person leaves it. */
async function pickAttachments(title: string): Promise<readonly Attachment[] | undefined> {
  const offered = attachments();
  if (offered.length === 0) return [];
  return vscode.window.showQuickPick(offered, {
    title,
    canPickMany: true,
    ignoreFocusOut: true,
    placeHolder: vscode.l10n.t('What shall go with it? Nothing is fine too.'),
  });
}

async function pickPlace({ homes }: DelegateParts, title: string): Promise<Where | undefined> {
  const parent = homes.chats.active?.runner;
  const inSession = parent
    ? [
        {
          label: vscode.l10n.t('In this session'),
          description: parent.session.head.title,
          detail: vscode.l10n.t('A branch of its timeline; its agent knows the result from then on.'),
          where: { parent, inBackground: false },
        },
        {
          label: vscode.l10n.t('In this session, in the background'),
          description: parent.session.head.title,
          where: { parent, inBackground: true },
        },
      ]
    : [];
  const alone = [
    {
      label: vscode.l10n.t('By itself'),
      description: vscode.l10n.t('in a session of its own'),
      where: { parent: undefined, inBackground: false },
    },
    {
      label: vscode.l10n.t('By itself, in the background'),
      description: vscode.l10n.t('in a session of its own'),
      where: { parent: undefined, inBackground: true },
    },
  ];
  const options = { title, placeHolder: vscode.l10n.t('Where shall it run?'), ignoreFocusOut: true };
  return (await vscode.window.showQuickPick([...inSession, ...alone], options))?.where;
}

async function run(parts: DelegateParts, agent: string, instruction: string, where: Where): Promise<void> {
  const { homes } = parts;
  const connection = where.inBackground ? undefined : await homes.focus();
  const runner = where.parent ?? (await homes.chats.create(agent, connection));
  if (!runner) {
    unsent = instruction;
    return;
  }
  const work = where.parent ? runner.run(instruction, agent) : runner.run(instruction);
  void work.then(async (end) => {
    const isWatched = !where.inBackground && homes.chats.isShown(runner.session.id);
    if (end && !isWatched) await tell(parts, agent, runner.session, end);
  });
}

async function tell(
  { homes }: DelegateParts,
  agent: string,
  { id, transcript }: Session,
  end: TurnEnd,
): Promise<void> {
  const show = vscode.l10n.t('Show');
  const isDone = end.status === 'completed' || end.status === 'limit';
  const say = isDone ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
  if ((await say(endText(agent, firstLine(lastText({ transcript })), end), show)) !== show) return;
  const connection = await homes.focus();
  if (connection) await homes.chats.show(connection, id);
}

function endText(agent: string, answer: string, { status, error }: TurnEnd): string {
  switch (status) {
    case 'completed':
      return vscode.l10n.t('{0} is done: {1}', agent, answer);
    case 'limit':
      return vscode.l10n.t('{0} reached a limit: {1}', agent, answer);
    case 'failed':
    case 'denied':
      return vscode.l10n.t('{0} did not get done: {1}', agent, error?.message ?? status);
    case 'cancelled':
    case 'interrupted':
      return vscode.l10n.t('{0} was stopped.', agent);
    default:
      status satisfies never;
      return agent;
  }
}

/** Without the line that a delegated answer is introduced with, and without markdown's marks. */
function firstLine(answer: string): string {
  const text = answer.replace(/^The agent "[^"]*" \(session_id \S+\) [^\n]*:\n\n/, '');
  const line = text
    .split('\n')
    .map((each) => each.replace(/^[#>*\-\s]+/, '').replaceAll('**', ''))
    .find((each) => each !== '');
  return line === undefined || line.length <= LONGEST_LINE ? (line ?? '') : `${line.slice(0, LONGEST_LINE)}…`;
}
