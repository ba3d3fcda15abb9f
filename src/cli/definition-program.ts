/** The commands of `patchbay` for definitions by address. */
import type { Command } from 'commander';
import type { Surroundings } from '../definitions/compose.ts';
import {
  discover,
  install,
  refresh,
  register,
  uninstall,
  unregister,
  update,
} from './definition-commands.ts';

const ADDRESS = 'git+https://host/repository@ref#subdirectory=path, https://host/file, or a path';

/** @param setCode hears the exit code of a command that may fail in part */
export function addDefinitionCommands(
  program: Command,
  around: Surroundings,
  setCode: (code: number) => void,
): void {
  const command = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .option('--json', 'print it as JSON, one thing per line', false);
  const inFolder = (made: Command) => made.option('--cwd <folder>', 'folder that paths are of', '.');

  inFolder(command('discover', 'list the agents, behaviors and bundles in a folder or behind an address'))
    .argument('<address>', `${ADDRESS}, or a registered name`)
    .action(async (uri: string, options) => setCode(await discover(around, uri, options)));
  inFolder(command('register', 'give an address a name that includes and commands know it by'))
    .argument('<address>', ADDRESS)
    .option('--name <name>', 'the name; else what the address suggests')
    .option('--install', 'fetch it as well', false)
    .action((uri: string, options) => register(around, uri, options));
  inFolder(command('install', 'fetch what an address names and register it'))
    .argument('<address>', `${ADDRESS}, or a registered name`)
    .option('--name <name>', 'the name; else what the address suggests')
    .action((uri: string, options) => install(around, uri, options));
  command('update', 'fetch again what was fetched, and use what changed from now on')
    .argument('[name]', 'a registered name or an address; all when left out')
    .option('--check', 'only say what would change', false)
    .action(async (name: string | undefined, options) => setCode(await update(around, name, options)));
  command('refresh', 'read everything that is registered again, and say what is there').action(
    async (options) => setCode(await refresh(around, options)),
  );
  program
    .command('unregister')
    .description('forget a name; what was fetched stays')
    .argument('<name>', 'a registered name, or an address for all its names')
    .action((name: string) => unregister(around, name));
  program
    .command('uninstall')
    .description('forget a name and remove what was fetched for it')
    .argument('<name>', 'a registered name, or an address')
    .action((name: string) => uninstall(around, name));
}
