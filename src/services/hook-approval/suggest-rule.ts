/** The rule that "Always" would write: wide enough to be of use, readable, and no wider than it reads. */
import type { ApprovalRule } from '../../protocol/approvals.ts';
import type { RunCommand } from './analyse-command.ts';
import type { Subject } from './subject.ts';
import { escapeWildcards } from './wildcard.ts';

/** Undefined where a rule would promise too much: what is dangerous, and what cannot be judged by its words. */
export function suggestRule(tool: string, subject: Subject): ApprovalRule | undefined {
  if (subject.danger !== undefined) return undefined;
  switch (subject.kind) {
    case 'file':
      return { tool, folder: subject.folder, action: 'allow' };
    case 'other':
      return { tool, action: 'allow' };
    case 'command': {
      const { commands, opaque, canonical } = subject.analysis;
      const [only, ...others] = commands;
      if (opaque !== undefined || !only) return undefined;
      const pattern = others.length === 0 && only.writes.length === 0 ? patternOf(only) : undefined;
      return { tool, pattern: pattern ?? escapeWildcards(canonical), action: 'allow' };
    }
    default:
      return subject satisfies never;
  }
}

/** Programs whose second word says what they do, and which do nothing irrevocable with the words after it. */
const WITH_VERB =
  /^(npm|pnpm|yarn|bun|deno|cargo|go|dotnet|mvn|gradle|gradlew|make|just|rake|bundle|composer|mix|poetry|uv|pip|pip3|pipenv|tox|nox|hatch|bazel|nx|turbo|lerna|git|gh|swift|flutter|dart|terraform|kubectl|docker|brew)$/;
/** Verbs that a third word says more of: `npm run build`, `docker compose up`. */
const WITH_OBJECT = /^(run|run-script|exec|compose|x|dlx|remote|stash|config|pr|issue)$/;
/** Programs that only look, build or test: whatever the words, the program is what was allowed. */
const PLAIN =
  /^(ls|dir|pwd|cat|head|tail|wc|which|where|whoami|date|uname|tree|file|stat|du|df|sort|uniq|cut|diff|cmp|grep|rg|echo|printf|jq|yq|pytest|jest|vitest|mocha|tsc|eslint|prettier|biome|ruff|mypy|pyright|black|rustc|rustfmt|gofmt|javac|cmake|ctest|ninja|shellcheck)$/;

/** Undefined where only the whole command should be covered. */
function patternOf({ words, expanded, program }: RunCommand): string | undefined {
  if (words[0]?.toLowerCase() !== program) return undefined;
  if (PLAIN.test(program)) return `${words[0]} *`;
  if (!WITH_VERB.test(program)) return undefined;
  const length = WITH_OBJECT.test(words[1] ?? '') ? 3 : 2;
  const named = words.slice(0, length);
  const isPlain =
    named.length === length &&
    named.every((word, index) => /^[\w@./:][\w@./:-]*$/.test(word) && !expanded[index]);
  return isPlain ? `${named.join(' ')}*` : undefined;
}
