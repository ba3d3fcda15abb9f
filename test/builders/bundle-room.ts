/** Bundles of one test in a home, a project and a product of its own, composed as a turn would be. */
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import {
  type ComposeRequest,
  type Composition,
  compose,
  type Surroundings,
} from '../../src/definitions/compose.ts';
import { diagnosticText } from '../../src/definitions/diagnostic.ts';
import type { Settings } from '../../src/definitions/settings-schema.ts';
import { createFolder, type Folder } from './folder.ts';
import { surroundingsOf } from './surroundings.ts';

export interface BundleRoom {
  /** Has `home/`, `project/` and `product/`. */
  readonly root: Folder;
  readonly around: Surroundings;
  /** Puts settings into the project's file. */
  configure(settings: Settings | { bundle: string }): void;
  compose(request?: Partial<ComposeRequest>): Promise<Composition>;
  /** Compiler lines of a composition's diagnostics, without the room's own path. */
  faults(request?: Partial<ComposeRequest>): Promise<string[]>;
}

/** @param files by path in the project's `.amplifier/bundles/`; those that begin with `/` by path in the room. */
export function openBundleRoom(
  files: Readonly<Record<string, string | Uint8Array>> = {},
  more: Partial<Surroundings> = {},
): BundleRoom {
  const root = createFolder({ 'product/agents/build.md': '---\ndescription: Builds.\n---\nYou build.' });
  onTestFinished(() => root[Symbol.dispose]());
  for (const [file, text] of Object.entries(files)) {
    root.write(file.startsWith('/') ? file.slice(1) : `project/.amplifier/bundles/${file}`, text);
  }
  const around = surroundingsOf({
    home: root.at('home'),
    productFolder: root.at('product'),
    ...more,
  });
  const room: BundleRoom = {
    root,
    around,
    configure: (settings) => root.write('project/.amplifier/settings.yaml', stringify(settings)),
    compose: (request) =>
      compose(around, { cwd: root.at('project'), trusted: true, overrides: {}, ...request }),
    async faults(request) {
      const { diagnostics } = await room.compose(request);
      return diagnostics.map((each) =>
        diagnosticText(each)
          .replaceAll(root.path, '')
          .replaceAll('\\', '/')
          .replaceAll('/project/.amplifier/', ''),
      );
    },
  };
  return room;
}
