/**
 * The house rules that the text of one file can show. What biome and the import check hold is not repeated
 * here, but nobody may switch them off either.
 */

export interface Fault {
  readonly line: number;
  readonly message: string;
}

interface LineRule {
  readonly pattern: RegExp;
  readonly message: string;
  /** Which files it holds for; all of them when left out. */
  readonly applies?: (file: string) => boolean;
}

const LONGEST_FILE_LINES = 400;

/** The only places below src/ that read the environment (docs/architecture.md). */
const compositionRoot = /^src\/(?:extension\/activate|cli\/main|headends\/[^/]+\/main)\.ts$/;

// The square brackets keep a pattern from finding itself in this file.
const lineRules: readonly LineRule[] = [
  { pattern: /\b(?:TO[D]O|FIX[M]E|XX[X])\b/, message: 'work left for later: do it, or file it' },
  { pattern: /@ts-(?:igno[r]e|noche[c]k)\b/, message: 'the type checker switched off' },
  {
    pattern: /biome-ignore.*noExplicit[A]ny/,
    message: '`any` let through: name the type, or parse an unknown',
  },
  {
    pattern: /\b(?:test|it|describe|suite)\.(?:sk[i]p|onl[y]|tod[o])\b/,
    message: 'a test that does not run, or keeps others from running',
    applies: (file) => file.startsWith('test/'),
  },
  {
    pattern: /\bprocess\.env\b/,
    message: 'process.env below the composition roots: pass in what is needed',
    applies: (file) => file.startsWith('src/') && !compositionRoot.test(file),
  },
  {
    pattern: /['"`](?:\/root|\/work|\/home\/\w+|\/Users\/\w+)\//,
    message: 'a path of one machine',
    applies: (file) => !file.startsWith('test/'),
  },
];

const vagueName = /(?:^|[-/])(?:utils?|helpers?|managers?|common|misc)(?:[-./]|$)/;
const kebabCase = /^[a-z0-9.]+(?:-[a-z0-9.]+)*$/;

/**
 * What breaks a rule in one file, by line.
 * @param file its path from the repository's root, with forward slashes
 */
export function houseFaults(file: string, text: string): Fault[] {
  return [...nameFaults(file), ...lengthFaults(text), ...lineFaults(file, text)];
}

function nameFaults(file: string): Fault[] {
  const faults: Fault[] = [];
  const name = file.slice(file.lastIndexOf('/') + 1);
  if (!kebabCase.test(name)) faults.push({ line: 1, message: 'a file name that is not kebab-case' });
  if (vagueName.test(file)) faults.push({ line: 1, message: 'a name that says nothing: name the subject' });
  return faults;
}

function lengthFaults(text: string): Fault[] {
  const lines = text.replace(/\n$/, '').split('\n').length;
  if (lines <= LONGEST_FILE_LINES) return [];
  return [{ line: lines, message: `${lines} lines, more than ${LONGEST_FILE_LINES}: split it by subject` }];
}

function lineFaults(file: string, text: string): Fault[] {
  const rules = lineRules.filter(({ applies }) => applies?.(file) ?? true);
  return text
    .split('\n')
    .flatMap((content, index) =>
      rules
        .filter(({ pattern }) => pattern.test(content))
        .map(({ message }) => ({ line: index + 1, message })),
    );
}
