/** Whether a file is an agent, a behavior or a bundle, by its keys and place. Not whether it is in order in every part. */
import { basename, dirname } from 'node:path';
import * as z from 'zod/mini';
import { splitFile } from '../agents/split-file.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { parseYaml } from '../yaml-file.ts';

export type DefinitionKind = 'agent' | 'behavior' | 'bundle';

export interface Recognised {
  readonly definition?: {
    readonly kind: DefinitionKind;
    readonly name: string;
    readonly description: string;
    readonly file: string;
  };
  /** Of a file that would be one. */
  readonly diagnostics: readonly Diagnostic[];
}

const Head = z.looseObject({
  name: z.nullish(z.string()),
  ref: z.nullish(z.string()),
  local_ref: z.nullish(z.string()),
  description: z.nullish(z.string()),
});
const Definition = z.looseObject({
  bundle: z.nullish(Head),
  behavior: z.nullish(Head),
  agent: z.nullish(Head),
  meta: z.nullish(Head),
  name: z.nullish(z.string()),
  description: z.nullish(z.string()),
});

/** @param file absolute */
export function recogniseDefinition(file: string, text: string): Recognised {
  const plain = text.replace(/^\uFEFF/, '');
  const isYaml = /\.ya?ml$/i.test(file);
  const split = isYaml ? { yaml: plain, line: 1 } : splitFile(plain);
  if ('message' in split) {
    return { diagnostics: isInAgents(file) ? [{ file, ...split }] : [] };
  }
  const kind = kindOf(file, split.yaml, isYaml);
  if (kind === undefined) return { diagnostics: [] };
  const { value, diagnostics } = parseYaml(file, split.yaml, Definition);
  if (!value) return { diagnostics: diagnostics.map((each) => shifted(each, split.line - 1)) };
  const head = value.bundle ?? value.behavior ?? value.agent ?? value.meta ?? {};
  const name = head.name ?? head.ref ?? head.local_ref ?? value.name ?? nameOfFile(file);
  const description = (head.description ?? value.description ?? '').trim().split('\n', 1)[0]!;
  return { definition: { kind, name, description, file }, diagnostics: [] };
}

/** By the text, so that a definition that is broken is reported and any other broken file is not. */
function kindOf(file: string, yaml: string, isYaml: boolean): DefinitionKind | undefined {
  const has = (key: string) => new RegExp(`^${key}:`, 'm').test(yaml);
  if (has('bundle')) return basename(dirname(file)) === 'behaviors' ? 'behavior' : 'bundle';
  if (has('behavior')) return 'behavior';
  if (isYaml) return has('agent') ? 'agent' : undefined;
  if (/^(?:SKILL|README)\.md$/i.test(basename(file)) || has('mode')) return undefined;
  return has('meta') || has('agent') || (isInAgents(file) && yaml.trim() !== '') ? 'agent' : undefined;
}

function isInAgents(file: string): boolean {
  return basename(dirname(file)) === 'agents' || /\.agent\.md$|\.ai$/i.test(file);
}

function nameOfFile(file: string): string {
  const name = basename(file).replace(/(?:\.agent)?\.[^.]+$/i, '');
  return name === 'bundle' ? basename(dirname(file)) : name;
}

function shifted(diagnostic: Diagnostic, lines: number): Diagnostic {
  return diagnostic.line === undefined ? diagnostic : { ...diagnostic, line: diagnostic.line + lines };
}
