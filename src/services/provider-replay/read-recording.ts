/** Reads a recording: one `{request?, response}` per line, played in order. */
import * as z from 'zod/mini';
import { ChatResponse } from '../../protocol/data.ts';
import { issuesText } from '../../protocol/issues-text.ts';
import { PatchbayError } from '../../sdk/index.ts';
import { readText } from './read-script.ts';

const Line = z.looseObject({ response: ChatResponse });

/** @throws PatchbayError `config` naming the line that is not right. */
export async function readRecording(file: string): Promise<ChatResponse[]> {
  const lines = (await readText(file)).split(/\r?\n/);
  return lines.flatMap((line, at) => (line.trim() === '' ? [] : [responseOf(line, `${file}:${at + 1}`)]));
}

function responseOf(line: string, where: string): ChatResponse {
  const parsed = Line.safeParse(parsedLine(line, where));
  if (parsed.success) return parsed.data.response;
  throw refused(`${where}: ${issuesText(parsed.error.issues)}`);
}

function parsedLine(line: string, where: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw refused(`${where}: ${(cause as Error).message}`);
  }
}

function refused(fault: string): PatchbayError {
  return new PatchbayError('config', `The recording is not right.\n${fault}`, {
    remedy: 'Each line is a JSON object with a “response”; docs/replay.md describes it.',
  });
}
