/** `patchbay`: the same host without an editor. This is its composition root. */
import { argv, env, exit, stdout } from 'node:process';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { asPatchbayError } from '../protocol/errors.ts';
import { checkAgents, helpAgent, listAgents, newAgent, showAgent } from './agent-commands.ts';
import { addBundleCommands } from './bundle-program.ts';
import { addDefinitionCommands } from './definition-program.ts';
import { EXIT } from './exit-codes.ts';
import { listRouting, showRouting, useRouting } from './routing-commands.ts';
import { runCommand } from './run-command.ts';
import { checkServiceCommand } from './service-check-command.ts';
import { newService } from './service-new-command.ts';
import { COMPONENTS, KINDS } from './service-template/template.ts';
import { addTrustCommands } from './service-trust-command.ts';
import { listServices } from './services-command.ts';
import { addSessionCommands } from './session-program.ts';
import { terminalSurroundings } from './terminal-surroundings.ts';
import { showUsage } from './usage-command.ts';
import { watchServices } from './watch-services.ts';

// Without a reader (`| head`) or room on the disk there is nothing more to do; the session can be resumed.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') console.error(`The output could not be written: ${error.message}.`);
  exit(EXIT.failed);
});

const around = terminalSurroundings(env);
let code: number = EXIT.done;

const program = new Command('patchbay')
  .description('Agent sessions in the terminal: the same host, services and files as in the editor.')
  .exitOverride()
  .showHelpAfterError('(--help shows what is possible)');

const runOptions = (command: Command) =>
  command
    .option('--agent <name>', 'agent that does the work')
    .option('--provider <name>', 'provider that answers: anthropic, openai, replay, …')
    .option('--model <id>', "model of the provider; absent: the provider's default")
    .option('--base-url <url>', "address of the provider's API", httpUrl)
    .option('--cwd <folder>', 'folder to work in', '.')
    .addOption(
      new Option(
        '--approve <how>',
        'what happens with writes and commands that no rule decides, and with services that are not allowed yet; "ask" reads answers from the input',
      ).choices(['ask', 'allow', 'deny']),
    )
    .option('--json', 'print one event per line', false);

runOptions(program.command('run').argument('<prompt>', 'what to do').description('run one prompt'))
  .option('--session <id>', 'go on in this session (id or unique prefix)')
  .action(async (prompt: string, options) => {
    code = await runCommand(around, prompt, options);
  });

addSessionCommands(program, around, {
  runOptions,
  setCode: (ended) => {
    code = ended;
  },
});

addDefinitionCommands(program, around, (ended) => {
  code = ended;
});

addBundleCommands(program, around, {
  setCode: (ended) => {
    code = ended;
  },
});

const agent = program.command('agent').description('agents of this folder').helpCommand(false);
const inFolder = (command: Command) => command.option('--cwd <folder>', 'folder', '.');
inFolder(agent.command('list').description('list agents by where they come from'))
  .option('--json', 'print one agent per line', false)
  .action((options) => listAgents(around, options));
inFolder(
  agent.command('show').argument('<name>', 'agent').description('print what counts for an agent, as YAML'),
)
  .option('--json', 'print it as JSON', false)
  .action((name: string, options) => showAgent(around, name, options));
inFolder(agent.command('new').argument('<name>', 'agent').description('write an agent to begin with'))
  .option('--user', 'for all folders, not only this one', false)
  .action((name: string, options) => newAgent(around, name, options));
inFolder(
  agent
    .command('check')
    .argument('[file...]', 'agent files; all when left out')
    .description('check agent files'),
)
  .option('--json', 'print one fault per line', false)
  .action(async (files: string[], options) => {
    code = await checkAgents(around, files, options);
  });
inFolder(
  agent
    .command('help')
    .argument('<name>', 'agent')
    .description('print how to use an agent and all its options'),
).action((name: string, options) => helpAgent(around, name, options));

program
  .command('services')
  .description('the services of this folder: what they offer and how they are isolated')
  .option('--cwd <folder>', 'folder', '.')
  .option('--watch', 'show those that live now, in every editor and terminal, until Ctrl-C or q', false)
  .option(
    '--json',
    'print one service per line; with --watch, one line for all of them at each change',
    false,
  )
  .action(async (options) => {
    code = options.watch ? await watchServices(around, options) : await listServices(around, options);
  });

const routing = program.command('routing').description('which models do which kind of work');
routing
  .command('list')
  .description('list the routing matrices')
  .option('--cwd <folder>', 'folder', '.')
  .option('--json', 'print one matrix per line', false)
  .action((options) => listRouting(around, options));
routing
  .command('show')
  .argument('[name]', 'a matrix; absent: the one in use')
  .description('what each role resolves to now, and why')
  .option('--cwd <folder>', 'folder', '.')
  .option('--refresh', 'ask the providers for their models first', false)
  .option('--json', 'print everything that was looked at', false)
  .action((name: string | undefined, options) => showRouting(around, name, options));
routing
  .command('use')
  .argument('<name>', 'a matrix')
  .description('use a matrix from now on')
  .option('--cwd <folder>', 'folder', '.')
  .option('--project', "write it into the folder's settings instead of your own", false)
  .action((name: string, options) => useRouting(around, name, options));

program
  .command('usage')
  .argument('[session]', "id or unique prefix; absent: the folder's newest")
  .description('requests, tokens, cost and tool calls of a session, by agent, model and service')
  .option('--cwd <folder>', 'folder', '.')
  .option('--json', 'print it as JSON', false)
  .action((id: string | undefined, options) => showUsage(around, id, options));

const service = program.command('service').description('for authors of services');
service
  .command('check')
  .argument('<service...>', 'a file, the name of a service, or after -- a command with its arguments')
  .description('drive a service through the contract and tell what it does not keep')
  .option('--cwd <folder>', 'folder where files and settings are looked for', '.')
  .option('--process', 'run a module as a process, not in a thread', false)
  .option('--every-tool', 'call also tools that are destructive and reach beyond the folder', false)
  .option('--env <names...>', 'variables that the service may see, also those that look like secrets', [])
  .option('--json', 'print one finding per line', false)
  .action(async (target: string[], options) => {
    code = await checkServiceCommand(around, target, options);
  });

service
  .command('new')
  .argument('<name>', 'small letters, digits and "-"')
  .description('write a service that works, with a test of its own, into a folder of its name')
  .addOption(new Option('--kind <kind>', 'how it runs').choices(KINDS).default('thread'))
  .addOption(new Option('--component <what>', 'what it offers').choices(COMPONENTS).default('tool'))
  .option('--in <folder>', 'folder in which its own is made', '.')
  .action((name: string, options) => newService(around, name, options));

addTrustCommands(service, around);

try {
  await program.parseAsync(argv);
} catch (thrown) {
  code = report(thrown);
}
// What was said is out before the end, which must not wait for what a library may have left open.
await new Promise<void>((resolve) => stdout.write('', () => resolve()));
exit(code);

function report(thrown: unknown): number {
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.done : EXIT.usage;
  const { kind, message, remedy } = asPatchbayError(thrown);
  console.error(remedy ? `${message} ${remedy}` : message);
  return kind === 'config' ? EXIT.usage : EXIT.failed;
}

function httpUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return text;
  throw new InvalidArgumentError('Write an http or https address.');
}
