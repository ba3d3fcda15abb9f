/** What is to become of a tool call. Pure: rules, mode, memory and call in, a decision out. */
import type { ApprovalRule } from '../../protocol/approvals.ts';
import { ruleFor } from './rules.ts';
import { type Call, fingerprints, type Subject, type Surroundings, subjectOf } from './subject.ts';
import { suggestRule } from './suggest-rule.ts';

export type Mode = 'ask' | 'allow' | 'deny';

export interface Denial {
  /** See `fingerprints`. */
  readonly of: string;
  /** In the person's words. */
  readonly reason?: string | undefined;
}

/** What was decided earlier in the session. */
export interface Memory {
  readonly allowed: readonly ApprovalRule[];
  readonly denied: readonly Denial[];
}

export type Decision =
  /** `noted` is for the log: nobody was asked although somebody should have been. */
  | { readonly kind: 'allow'; readonly noted?: string }
  | { readonly kind: 'deny'; readonly reason: string }
  | {
      readonly kind: 'ask';
      readonly prompt: string;
      readonly reason: string;
      readonly options: readonly string[];
      readonly rule: ApprovalRule | undefined;
    };

export interface Policy {
  readonly rules: readonly ApprovalRule[];
  readonly mode: Mode;
}

/** @throws ToolFailure when the call names a path that is none. */
export function decide(call: Call, policy: Policy, memory: Memory, around: Surroundings): Decision {
  const subject = subjectOf(call, around);
  const ruling = ruleFor(call, subject, [...policy.rules, ...memory.allowed], around);
  if (ruling?.action === 'deny')
    return { kind: 'deny', reason: `A rule denies it: ${describeRule(ruling.rule)}.` };
  // What is dangerous is allowed only by who names exactly that.
  const isAllowed = ruling?.action === 'allow' && (subject.danger === undefined || ruling.isExact);
  if (isAllowed && ruling.isExact) return { kind: 'allow' };
  const isCovered = isAllowed || (isHarmless(call, subject) && ruling?.action !== 'ask');
  const why = reasonOf(call, subject);
  if (policy.mode === 'allow')
    return isCovered ? { kind: 'allow' } : { kind: 'allow', noted: `${call.tool} ${why}` };

  const denial = denialOf(call, subject, memory, around);
  if (denial) return { kind: 'deny', reason: deniedBefore(denial) };
  if (isCovered) return { kind: 'allow' };
  if (policy.mode === 'deny') {
    return { kind: 'deny', reason: `It ${why}, and everything that would be asked is denied (mode "deny").` };
  }
  const rule = suggestRule(call.tool, subject);
  return {
    kind: 'ask',
    prompt: promptOf(call, subject),
    reason: why,
    options: optionsFor(subject, rule),
    rule,
  };
}

/** What a denial leaves in memory. @throws ToolFailure like decide. */
export function denialsOf(call: Call, reason: string | undefined, around: Surroundings): Denial[] {
  const [line, only, ...others] = fingerprints(call.tool, subjectOf(call, around), around);
  // Of a line of several commands it is not known which was meant.
  const denied = others.length === 0 && only !== undefined ? [line!, only] : [line!];
  return denied.map((of) => ({ of, reason }));
}

/** What "Allow for this session" leaves in memory. @throws ToolFailure like decide. */
export function sessionRuleOf(call: Call, around: Surroundings): ApprovalRule | undefined {
  return suggestRule(call.tool, subjectOf(call, around));
}

function denialOf(call: Call, subject: Subject, memory: Memory, around: Surroundings): Denial | undefined {
  const prints = new Set(fingerprints(call.tool, subject, around));
  return memory.denied.find(({ of }) => prints.has(of));
}

function deniedBefore({ reason }: Denial): string {
  const why = reason ? ` They said: ${reason}` : '';
  return `The person denied this before in this session; they were not asked again.${why} Do something else, or ask what they would like instead.`;
}

function isHarmless(call: Call, subject: Subject): boolean {
  return call.annotations.read_only === true && subject.danger === undefined;
}

function optionsFor(subject: Subject, rule: ApprovalRule | undefined): string[] {
  if (subject.danger !== undefined || !rule) return ['Allow once', 'Deny'];
  return ['Allow once', 'Allow for this session', 'Always allow', 'Deny'];
}

function promptOf(call: Call, subject: Subject): string {
  switch (subject.kind) {
    case 'command':
      return 'Run a command?';
    case 'file':
      return `${fileVerb(call)} ${subject.path}?`;
    case 'other':
      return `Use ${call.tool}?`;
    default:
      return subject satisfies never;
  }
}

function fileVerb({ tool, annotations }: Call): string {
  if (annotations.read_only === true) return 'Read';
  if (tool === 'edit_file' || tool === 'apply_patch') return 'Edit';
  return tool === 'write_file' ? 'Write' : `Use ${tool} on`;
}

/** Continues "it …". */
function reasonOf(call: Call, subject: Subject): string {
  if (subject.danger !== undefined) return subject.danger;
  if (subject.kind === 'command') {
    const { opaque, commands } = subject.analysis;
    if (opaque !== undefined) return `runs programs that its text does not tell for sure (${opaque})`;
    const [target] = commands.flatMap(({ writes }) => writes);
    return target === undefined ? 'runs a program' : `runs a program and writes ${target}`;
  }
  if (subject.kind === 'file' && call.annotations.read_only !== true) {
    return call.tool === 'write_file' ? 'writes a file' : 'changes a file';
  }
  return call.annotations.read_only === true ? 'reads something' : 'may change something';
}

function describeRule({ tool, pattern, folder, agent }: ApprovalRule): string {
  const parts = [
    tool ?? 'any tool',
    pattern && `\`${pattern}\``,
    folder && `in ${folder}`,
    agent && `by ${agent}`,
  ];
  return parts.filter(Boolean).join(' ');
}
