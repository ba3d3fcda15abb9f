/** Which bundles a settings file names: the one in use, those that were added, those laid over every one (DL-14). */
import * as z from 'zod/mini';
import { readYamlFile } from '../definitions/yaml-file.ts';
import { changeSetting } from './change-settings.ts';

const AsWritten = z.looseObject({
  bundle: z.optional(
    z.union([
      z.string(),
      z.looseObject({
        added: z.optional(z.record(z.string(), z.unknown())),
        app: z.optional(z.array(z.string())),
      }),
    ]),
  ),
});

/** @param uri undefined: none, and the default one counts. @throws PatchbayError `config`, see `changeSetting`. */
export async function chooseBundle(file: string, uri: string | undefined): Promise<void> {
  await asMap(file);
  await changeSetting(file, ['bundle', 'active'], uri);
  if (uri === undefined) await withoutEmpty(file);
}

/**
 * @param always whether it is laid over whichever bundle is in use
 * @throws PatchbayError `config`, see `changeSetting`
 */
export async function addBundle(file: string, name: string, uri: string, always: boolean): Promise<void> {
  const { app = [] } = await asMap(file);
  await changeSetting(file, ['bundle', 'added', name], uri);
  if (always && !app.includes(name)) await changeSetting(file, ['bundle', 'app'], [...app, name]);
}

/** Gives false when the file does not name it. @throws PatchbayError `config`, see `changeSetting`. */
export async function removeBundle(file: string, name: string): Promise<boolean> {
  const { added = {}, app = [] } = await asMap(file);
  const isAdded = Object.hasOwn(added, name);
  if (isAdded) {
    const isLast = Object.keys(added).length === 1;
    await changeSetting(file, isLast ? ['bundle', 'added'] : ['bundle', 'added', name], undefined);
  }
  if (app.includes(name)) {
    const others = app.filter((each) => each !== name);
    await changeSetting(file, ['bundle', 'app'], others.length > 0 ? others : undefined);
  }
  await withoutEmpty(file);
  return isAdded || app.includes(name);
}

async function withoutEmpty(file: string): Promise<void> {
  const { value } = await readYamlFile(file, AsWritten);
  const written = value?.bundle;
  const isEmpty = typeof written === 'object' && Object.keys(written).length === 0;
  if (isEmpty) await changeSetting(file, ['bundle'], undefined);
}

/** `bundle: name` becomes `bundle: {active: name}`, so that more can be said. */
async function asMap(file: string): Promise<{ added?: Record<string, unknown>; app?: string[] }> {
  const { value } = await readYamlFile(file, AsWritten);
  const written = value?.bundle;
  if (typeof written !== 'string') return written ?? {};
  await changeSetting(file, ['bundle'], { active: written });
  return {};
}
