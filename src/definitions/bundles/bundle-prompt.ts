/** What of a bundle goes into the system prompt: its instruction, its context, and the files that those mention (DL-1). */
import { extname } from 'node:path';
import type { MentionPlaces } from '../agents/mention-places.ts';
import { drawMentioned, type MentionedFile, type MentioningText, PROSE } from '../agents/mentioned-files.ts';
import { readText } from '../agents/read-text.ts';
import { splitFile } from '../agents/split-file.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { type BundleParts, type Origin, placeOf } from './bundle.ts';

export interface BundlePrompt {
  readonly name: string;
  readonly instruction: string;
  readonly context: readonly { readonly name: string; readonly text: string }[];
  readonly mentioned: readonly MentionedFile[];
}

/**
 * Never throws: what cannot be read is a diagnostic, and the rest is there.
 * @param places where the files may be that it mentions; absent: none is looked for
 */
export async function bundlePrompt(
  parts: BundleParts,
  places?: MentionPlaces,
): Promise<{ prompt: BundlePrompt; diagnostics: readonly Diagnostic[] }> {
  const diagnostics: Diagnostic[] = [];
  const texts = await Promise.all(parts.context.map(({ file }) => readText(file, 'a context file')));
  const mentioning: MentioningText[] = places ? await bodyOf(parts, places) : [];
  const context = parts.context.flatMap((each, index) => {
    const text = texts[index]!;
    const { file, key, origin } = each;
    if (typeof text === 'string') {
      if (places && PROSE.includes(extname(file).toLowerCase()))
        mentioning.push({ text, file, from: 0, places: placesFor(origin, places) });
      return [{ name: key, text: text.trim() }];
    }
    diagnostics.push({ ...text, ...placeOf(each), message: `"${key}" is not read: ${text.message}` });
    return [];
  });
  const { name, instruction } = parts;
  const withMentions = mentioning.filter(({ text }) => text.includes('@'));
  const given = parts.context.map(({ file }) => file);
  const drawn = withMentions.length > 0 ? await drawMentioned(withMentions, given) : undefined;
  return {
    prompt: { name, instruction, context, mentioned: drawn?.context ?? [] },
    diagnostics: [...diagnostics, ...(drawn?.diagnostics ?? [])],
  };
}

/** The whole file, so that faults have their lines. */
async function bodyOf(
  { instruction, instructionFrom }: BundleParts,
  places: MentionPlaces,
): Promise<MentioningText[]> {
  if (!instructionFrom || !instruction.includes('@')) return [];
  const { file } = instructionFrom;
  const text = await readText(file, 'a bundle');
  // It was read a moment ago: whoever took it away meanwhile is told so in the next turn.
  if (typeof text !== 'string') return [];
  const split = splitFile(text);
  if ('message' in split) return [];
  return [{ text, file, from: split.bodyStart, places: placesFor(instructionFrom, places) }];
}

/** What was fetched reads nothing of the person's home: it came from somebody who may want to. */
function placesFor({ isRemote }: Pick<Origin, 'isRemote'>, places: MentionPlaces): MentionPlaces {
  return isRemote ? { ...places, home: undefined, personal: undefined } : places;
}
