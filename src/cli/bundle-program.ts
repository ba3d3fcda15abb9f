/** The commands of `patchbay bundle`, and `patchbay config`. */
import type { Command } from 'commander';
import type { Surroundings } from '../definitions/compose.ts';
import {
  addBundleNamed,
  clearBundle,
  currentBundle,
  listBundles,
  removeBundleNamed,
  showBundle,
  useBundle,
} from './bundle-commands.ts';
import { showConfig } from './config-command.ts';

export function addBundleCommands(
  program: Command,
  around: Surroundings,
  { setCode }: { readonly setCode: (code: number) => void },
): void {
  const bundle = program
    .command('bundle')
    .description('sets of services, tools, agents and context that are used together');
  const inFolder = (command: Command) => command.option('--cwd <folder>', 'folder', '.');
  const writing = (command: Command) =>
    inFolder(command).option('--project', "write into the folder's settings instead of your own", false);

  inFolder(bundle.command('list').description('list bundles by where they come from'))
    .option('--json', 'print one bundle per line', false)
    .action((options) => listBundles(around, options));
  inFolder(
    bundle
      .command('show')
      .argument('[bundle]', 'name, path or address; absent: the one in use')
      .description('print what a bundle is with all it includes, as YAML'),
  )
    .option('--json', 'print it as JSON', false)
    .action(async (uri: string | undefined, options) => setCode(await showBundle(around, uri, options)));
  writing(
    bundle
      .command('use')
      .argument('<bundle>', 'name, path or address')
      .description('use a bundle from now on'),
  ).action((uri: string, options) => useBundle(around, uri, options));
  writing(bundle.command('clear').description('use none any more but the default one')).action((options) =>
    clearBundle(around, options),
  );
  inFolder(bundle.command('current').description('print which bundle is in use, and why')).action((options) =>
    currentBundle(around, options),
  );
  writing(
    bundle
      .command('add')
      .argument('<source>', 'path or address')
      .description('give a bundle that is elsewhere a name'),
  )
    .option('--name <name>', 'its name here; absent: its own')
    .option('--app', 'lay it over whichever bundle is in use', false)
    .action((uri: string, options) => addBundleNamed(around, uri, options));
  writing(
    bundle.command('remove').argument('<name>', 'a bundle that was added').description('forget its name'),
  ).action((name: string, options) => removeBundleNamed(around, name, options));

  inFolder(program.command('config').description('every setting that counts here, and where it is from'))
    .option('--json', 'print one setting per line', false)
    .action((options) => showConfig(around, options));
}
