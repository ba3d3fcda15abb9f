/** `patchbay service new`: a folder with a service that works, a test of its own and what it needs beside it. */
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { cwd, stdout } from 'node:process';
import { stringify } from 'yaml';
import type { Surroundings } from '../definitions/compose.ts';
import { PatchbayError } from '../protocol/errors.ts';
import { javascriptTemplate } from './service-template/javascript.ts';
import { pythonTemplate } from './service-template/python.ts';
import type { Component, Kind } from './service-template/template.ts';

export interface NewServiceOptions {
  readonly kind: Kind;
  readonly component: Component;
  /** The folder in which the service's own is made. */
  readonly in: string;
}

/** @throws PatchbayError `config` for a name that cannot be used or a folder that is there already. */
export async function newService(
  around: Surroundings,
  name: string,
  options: NewServiceOptions,
): Promise<void> {
  if (!SERVICE_NAME.test(name)) {
    throw new PatchbayError('config', `"${name}" cannot be the name of a service.`, {
      remedy: 'Use small letters, digits and "-", beginning with a letter: word-count.',
    });
  }
  const { kind, component } = options;
  const template = kind === 'python' ? pythonTemplate(name, component) : javascriptTemplate(name, component);
  const folder = resolve(options.in, name);
  await makeFolder(folder);
  for (const [file, text] of Object.entries(template.files)) await writeFile(join(folder, file), text);
  for (const [file, source] of Object.entries(template.copies)) {
    await copyFile(join(around.productFolder, source), join(folder, file));
  }
  const shown = relative(cwd(), folder).split(sep).join('/') || '.';
  stdout.write(nextSteps(name, kind, shown, `${shown}/${template.entry}`, template.testCommand));
}

const SERVICE_NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** Nothing that is there is ever written over. */
async function makeFolder(folder: string): Promise<void> {
  await mkdir(resolve(folder, '..'), { recursive: true });
  try {
    await mkdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new PatchbayError('config', `${folder} is there already; nothing was written.`, {
      remedy: 'Choose another name, or another folder with --in.',
    });
  }
}

function nextSteps(name: string, kind: Kind, folder: string, entry: string, testCommand: string): string {
  const settings = {
    thread: { entry },
    process: { command: ['node', entry], cwd: '.' },
    python: { command: ['python3', entry], cwd: '.' },
  }[kind];
  const check = kind === 'process' ? `--process ${entry}` : entry;
  return `${folder} is a service that works.

Run its test:         cd ${folder} && ${testCommand}
Check the contract:   patchbay service check ${check}
Have it started, in .amplifier/settings.yaml of the folder it is for:

${stringify({ services: { [name]: settings } })}`;
}
