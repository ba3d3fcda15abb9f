/** Frontmatter read through the option table: values, what is none of ours, and what is wrong where. */
import * as z from 'zod/mini';
import { issueText } from '../../protocol/issues-text.ts';
import { isRecord } from '../../protocol/reading.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { type Note, parsePlacedYaml } from '../placed-yaml.ts';
import type { AgentFormat } from './agent.ts';
import { translate } from './dialects.ts';
import { nearestName } from './nearest-name.ts';
import {
  AGENT_OPTIONS,
  type AgentOption,
  type Frontmatter,
  type OptionKey,
  RUNTIME_KEYS,
} from './options.ts';
import type { SplitFile } from './split-file.ts';

export interface ParsedFrontmatter {
  readonly values: Frontmatter;
  readonly extra: Readonly<Record<string, unknown>>;
  /** Keys that have a value, a right one or a wrong one. */
  readonly given: ReadonlySet<string>;
  readonly diagnostics: readonly Diagnostic[];
  /** A diagnostic about a key, at its place. */
  note(note: Note): Diagnostic;
}

export interface FrontmatterRules {
  readonly file: string;
  readonly format: AgentFormat;
  /** Whether a key that is none of ours is an error (AT-30). */
  readonly strict: boolean;
}

const OPTIONS: Readonly<Record<string, AgentOption>> = AGENT_OPTIONS;
/** Kinds of issue that `issueText` says more about than the library. */
const SPOKEN = ['invalid_type', 'invalid_value'];
const KNOWN = Object.keys(AGENT_OPTIONS);

/** Never throws: what is wrong is in the diagnostics. */
export function parseFrontmatter(split: SplitFile, rules: FrontmatterRules): ParsedFrontmatter {
  const { content, note, ...placed } = parsePlacedYaml(split.yaml, {
    file: rules.file,
    line: split.line,
    what: 'agent',
  });
  const failed = (diagnostics: readonly Diagnostic[]): ParsedFrontmatter => ({
    values: {},
    extra: {},
    given: new Set(),
    diagnostics,
    note,
  });
  if (placed.diagnostics.length > 0) return failed(placed.diagnostics);
  if (!isRecord(content)) {
    const about = {
      message: 'The frontmatter has no keys.',
      remedy: 'Write "key: value" lines as frontmatter.',
    };
    return failed([note({ path: [], ...about })]);
  }
  const translated = translate(content, rules.format);
  const read = readOptions(translated.known);
  const notes = [...translated.notes, ...read.notes, ...unknownKeys(translated.known, rules.strict)];
  const extra = Object.entries(translated.known).filter(([key]) => !isOption(key));
  return {
    values: read.values,
    extra: { ...Object.fromEntries(extra), ...translated.extra },
    given: new Set(Object.keys(withoutNulls(translated.known))),
    diagnostics: notes.map(note),
    note,
  };
}

function readOptions(content: Readonly<Record<string, unknown>>): { values: Frontmatter; notes: Note[] } {
  const values: Partial<Record<OptionKey, unknown>> = {};
  const notes: Note[] = [];
  for (const [key, given] of Object.entries(content)) {
    const value = given === null && key === 'reasoning' ? 'none' : given;
    // An empty value is one not given.
    if (!isOption(key) || value === null || value === undefined) continue;
    const option = OPTIONS[key]!;
    const parsed = z.safeParse(option.schema, isRecord(value) ? withoutNulls(value) : value, {
      reportInput: true,
    });
    if (parsed.success) values[key] = parsed.data;
    else notes.push(...parsed.error.issues.map((issue) => wrongValue(key, value, issue, option)));
    if (option.isInert && parsed.success) {
      const remedy = 'Other programs may use it.';
      notes.push({
        path: [key],
        at: 'key',
        severity: 'information',
        message: `"${key}" is read and kept, but has no effect here.`,
        remedy,
      });
    }
  }
  // Each value went through its option's schema.
  return { values: values as Frontmatter, notes };
}

function wrongValue(key: string, value: unknown, issue: z.core.$ZodIssue, option: AgentOption): Note {
  const path = [key, ...issue.path];
  const found = issue.path.reduce<unknown>((at, step) => (at as Record<PropertyKey, unknown>)?.[step], value);
  // The library's own words, which say nothing, stand for unions and for numbers out of range.
  const why =
    issue.message === 'Invalid input' && !SPOKEN.includes(issue.code) ? '' : `: ${issueText(issue)}`;
  const message =
    found === undefined
      ? `"${path.join('.')}" is missing.`
      : `"${path.join('.')}" cannot be ${JSON.stringify(found).slice(0, 60)}${why}.`;
  return { path, message, remedy: `Write ${option.expects}; until then the agent is not available.` };
}

/** All keys at the top that are none of ours in one note, those only a command line may give and nested ones apart. */
function unknownKeys(content: Readonly<Record<string, unknown>>, strict: boolean): Note[] {
  const unknown = Object.keys(content).filter((key) => !isOption(key));
  const runtime = unknown.filter((key) => RUNTIME_KEYS.includes(key));
  const others = unknown.filter((key) => !RUNTIME_KEYS.includes(key));
  const notes: Note[] = [];
  if (others.length > 0) notes.push(unsupported([], others, KNOWN, strict));
  if (runtime.length > 0) {
    notes.push({
      path: [runtime[0]!],
      at: 'key',
      severity: strict ? 'error' : 'warning',
      message: `Unsupported frontmatter key(s): ${runtime.join(', ')}.`,
      remedy: 'Whoever runs the agent decides this: give it as an option on the command line.',
    });
  }
  for (const [key, value] of Object.entries(content)) {
    const known = isOption(key) ? OPTIONS[key]!.keys : undefined;
    if (!known || !isRecord(value)) continue;
    const nested = Object.keys(value).filter((each) => !known.includes(each));
    if (nested.length > 0) notes.push(unsupported([key], nested, known, strict));
  }
  return notes;
}

function unsupported(path: string[], keys: string[], known: readonly string[], strict: boolean): Note {
  const full = (key: string) => [...path, key].join('.');
  const meant = keys.flatMap((key) => {
    const near = nearestName(key, known);
    return near === undefined ? [] : [`Did you mean "${full(near)}" for "${full(key)}"?`];
  });
  const lenient = meant.length > 0 ? 'warning' : 'information';
  const otherwise = strict ? 'Remove it; until then the agent is not available.' : 'It has no effect here.';
  return {
    path: [...path, keys[0]!],
    at: 'key',
    severity: strict ? 'error' : lenient,
    message: `Unsupported frontmatter key(s): ${keys.map(full).join(', ')}.`,
    remedy: meant.length > 0 ? meant.join(' ') : otherwise,
  };
}

function isOption(key: string): key is OptionKey {
  return Object.hasOwn(AGENT_OPTIONS, key);
}

function withoutNulls(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== null));
}
