/** The hook `logging`: every event of a session as a line of JSON in a file of its own. It never holds anything up. */
import path from 'node:path';
import * as z from 'zod/mini';
import { projectSlug } from '../../protocol/project-slug.ts';
import { defineHook } from '../../sdk/index.ts';
import type { LogFiles } from './log-files.ts';
import { logLine } from './log-line.ts';

const Config = z.object({
  folder: z
    .optional(z.string())
    .check(
      z.describe(
        'Where logs are kept, by project and session: an absolute path. Without it, nothing is logged.',
      ),
    ),
  level: z
    ._default(z.enum(['debug', 'info', 'warning', 'off']), 'info')
    .check(
      z.describe(
        'debug: every event. info: without pieces of answers. warning: what went wrong. off: nothing.',
      ),
    ),
});
type Config = z.infer<typeof Config>;

export function createLoggingHook(files: LogFiles) {
  return defineHook<Config>({
    name: 'logging',
    events: ['*'],
    priority: 100,
    onFailure: 'allow',
    config: Config,
    handle(event, data, { config, log }) {
      const { session_id, cwd } = data;
      if (config.folder === undefined || !isLogged(event, config.level)) return undefined;
      // An event that belongs to no session has no file to be in.
      if (session_id === undefined || !/^[\w-][\w.-]*$/.test(session_id)) return undefined;
      const project = typeof cwd === 'string' ? projectSlug(cwd) : 'no-project';
      const file = path.join(config.folder, project, session_id, 'events.jsonl');
      const now = new Date();
      // The line is made when it is written: whoever waits for this answer does not wait for that.
      files.append(
        file,
        () => logLine(event, data, now),
        (problem) => log('warning', problem),
      );
      return undefined;
    },
  });
}

const WENT_WRONG =
  /:(error|retry|throttle|violation|denied|requested|agent_cancelled|warning|tool_sequence_repaired)$/;
const PIECES = /^(content_block|thinking):/;

function isLogged(event: string, level: Config['level']): boolean {
  switch (level) {
    case 'debug':
      return true;
    case 'info':
      return !PIECES.test(event);
    case 'warning':
      return WENT_WRONG.test(event);
    case 'off':
      return false;
    default:
      return level satisfies never;
  }
}
