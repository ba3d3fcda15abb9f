/**
 * Which rule decides. Of those that match, the most exact one; of equally exact ones, the last. A rule is the more
 * exact, compared in this order:
 *
 * 1. by its pattern: one without wildcards > one with more fixed characters > one with fewer > none
 * 2. by its folder: a deeper one > a higher one > none
 * 3. by its tool: a name > a pattern > none
 * 4. by its agent: one > none
 *
 * A command line is decided as a whole by a rule that is exactly it, else command by command: it is allowed when
 * each of its commands is, and denied when one is. So `npm test*` never covers `npm test; rm -rf /`.
 */
import picomatch from 'picomatch';
import type { ApprovalRule } from '../../protocol/approvals.ts';
import { canonicalLine, type RunCommand } from './analyse-command.ts';
import type { Call, Subject, Surroundings } from './subject.ts';
import { hasWildcard, literalLength, matchesWildcard, unescapeWildcards } from './wildcard.ts';

export interface Ruling {
  readonly action: ApprovalRule['action'];
  readonly rule: ApprovalRule;
  /** The rule names this very call: tool and command or path, without wildcards. */
  readonly isExact: boolean;
}

/** Undefined when no rule says anything of the call as a whole. */
export function ruleFor(
  call: Call,
  subject: Subject,
  rules: readonly ApprovalRule[],
  around: Surroundings,
): Ruling | undefined {
  const applying = rules.filter((rule) => isFor(rule, call, subject, around));
  switch (subject.kind) {
    case 'command':
      return rulingOfLine(subject, applying);
    case 'file':
      return strongest(
        applying.filter((rule) => matchesPath(rule.pattern, subject, around)),
        (rule) => [subject.path, subject.absolute].includes(unescapeWildcards(rule.pattern!)),
      );
    case 'other':
      return strongest(
        applying.filter(({ pattern }) => pattern === undefined || matchesWildcard(pattern, subject.text)),
        (rule) => unescapeWildcards(rule.pattern!) === subject.text,
      );
    default:
      return subject satisfies never;
  }
}

type CommandSubject = Extract<Subject, { kind: 'command' }>;

function rulingOfLine({ analysis }: CommandSubject, rules: readonly ApprovalRule[]): Ruling | undefined {
  const isLine = (rule: ApprovalRule) =>
    rule.pattern !== undefined &&
    !hasWildcard(rule.pattern) &&
    canonicalLine(unescapeWildcards(rule.pattern)) === analysis.canonical;
  const exact = strongest(rules.filter(isLine), () => true);
  if (exact) return exact;

  const perCommand = analysis.commands.map((command) => rulingOfCommand(command, rules));
  const denied = perCommand.find((ruling) => ruling?.action === 'deny');
  if (denied) return denied;
  if (analysis.opaque !== undefined || analysis.commands.length === 0) {
    // Its words say too little: only who allows every command allows this one.
    return strongest(
      rules.filter(({ pattern }) => pattern === undefined || pattern === '*'),
      () => false,
    );
  }
  return (
    perCommand.find((ruling) => ruling?.action !== 'allow') ??
    (perCommand.every(Boolean) ? perCommand[0] : undefined)
  );
}

/** A pattern speaks of the words of a command; that its output goes to a file is more than it says. */
function rulingOfCommand(command: RunCommand, rules: readonly ApprovalRule[]): Ruling | undefined {
  const matching = rules.filter(
    ({ pattern, action }) =>
      pattern === undefined ||
      pattern === '*' ||
      (matchesWildcard(pattern, command.text) && (action !== 'allow' || !writesFile(command))),
  );
  return strongest(matching, () => false);
}

function writesFile({ writes }: RunCommand): boolean {
  return writes.some((path) => !/^(\/dev\/(null|stdout|stderr)|\$null|nul)$/i.test(path));
}

function isFor(rule: ApprovalRule, call: Call, subject: Subject, around: Surroundings): boolean {
  if (rule.tool !== undefined && !matchesWildcard(rule.tool, call.tool)) return false;
  if (rule.agent !== undefined && !matchesWildcard(rule.agent, call.agent)) return false;
  return rule.folder === undefined || isInFolder(rule.folder, subject.folder, around);
}

function isInFolder(ruled: string, folder: string, { platform }: Surroundings): boolean {
  const wanted = platform.fold(ruled.replaceAll('\\', '/').replace(/^\.\/|\/+$/g, '') || '.');
  const actual = platform.fold(folder);
  if (wanted === '.') return !platform.path.isAbsolute(actual);
  return actual === wanted || actual.startsWith(`${wanted}/`);
}

function matchesPath(
  pattern: string | undefined,
  subject: Extract<Subject, { kind: 'file' }>,
  { platform }: Surroundings,
): boolean {
  if (pattern === undefined) return true;
  const options = { dot: true, basename: !pattern.includes('/'), nocase: platform.fold('A') === 'a' };
  const isMatch = picomatch(pattern, options);
  return isMatch(subject.path) || isMatch(subject.absolute.replaceAll('\\', '/'));
}

function strongest(
  rules: readonly ApprovalRule[],
  isExactly: (rule: ApprovalRule) => boolean,
): Ruling | undefined {
  let best: ApprovalRule | undefined;
  for (const rule of rules) if (!best || compare(rule, best) >= 0) best = rule;
  if (!best) return undefined;
  const namesTool = best.tool !== undefined && !hasWildcard(best.tool);
  const isNamed = best.pattern !== undefined && !hasWildcard(best.pattern);
  return { action: best.action, rule: best, isExact: namesTool && isNamed && isExactly(best) };
}

/** Positive when `a` is more exact than `b`. */
function compare(a: ApprovalRule, b: ApprovalRule): number {
  const [left, right] = [exactness(a), exactness(b)];
  const differing = left.findIndex((value, index) => value !== right[index]);
  return differing === -1 ? 0 : left[differing]! - right[differing]!;
}

function exactness({ pattern, folder, tool, agent }: ApprovalRule): number[] {
  return [
    pattern === undefined ? 0 : hasWildcard(pattern) ? 1 + literalLength(pattern) : Number.MAX_SAFE_INTEGER,
    folder === undefined ? 0 : 1 + folder.split(/[\\/]/).filter((name) => name !== '' && name !== '.').length,
    tool === undefined ? 0 : hasWildcard(tool) ? 1 : 2,
    agent === undefined ? 0 : 1,
  ];
}
