/**
 * One process writes to a session at a time (RT-33, DL-35). Who wants it puts a claim of its own into the folder,
 * then looks for others: of two who do so, the later one sees the earlier one's. A claim holds as long as its
 * process lives, so that a crash never locks a session for good.
 */
import { randomUUID } from 'node:crypto';
import { readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod/mini';
import { PatchbayError } from '../protocol/errors.ts';
import { isAlive, ownMark } from './process-life.ts';

/** An owner in another container or on another machine cannot be looked at: it shows its life on the file. */
const SIGN_OF_LIFE_MS = 15_000;
const NO_SIGN_MS = 60_000;
/** A claim is readable a moment after it is made, unless its process died right then. */
const BEING_WRITTEN_MS = 2_000;
/** Those who come at the same moment all step back, and try again at different times. */
const TRIES = 10;
const STEP_BACK_MS = 40;

const Claim = z.object({
  pid: z.int(),
  start: z.optional(z.string()),
  seen_at: z.number(),
  machine: z.string(),
  /** False until its maker has looked for others. */
  owns: z.boolean(),
});
type Claim = z.infer<typeof Claim>;

export interface OwnerLock {
  /** Gives the session free. May be called again. */
  release(): Promise<void>;
}

/**
 * Takes the session, from a dead owner too.
 * @throws PatchbayError `config` naming the owner's process while it lives.
 */
export async function acquireOwnerLock(folder: string, sessionId: string): Promise<OwnerLock> {
  const file = path.join(folder, `owner-${randomUUID()}.lock`);
  const claim: Claim = { ...(await ownMark(Date.now())), machine: machineName(), owns: false };
  for (let attempt = 1; ; attempt++) {
    await writeFile(file, JSON.stringify(claim));
    const other = await findLivingClaim(folder, file);
    if (!other) {
      await writeFile(file, JSON.stringify({ ...claim, owns: true }));
      return hold(file);
    }
    await rm(file, { force: true });
    if (other.owns || attempt === TRIES) throw openElsewhere(sessionId, other);
    await delay(STEP_BACK_MS * (0.5 + Math.random()));
  }
}

/** Whether a living process owns the session in this folder. */
export async function isOwned(folder: string): Promise<boolean> {
  return (await findLivingClaim(folder))?.owns === true;
}

type LivingClaim = Pick<Claim, 'owns'> & Partial<Claim>;

/** The claim of a living process, an owner's first; claims of dead ones are taken away. */
async function findLivingClaim(folder: string, except?: string): Promise<LivingClaim | undefined> {
  const names = (await readdir(folder)).filter((name) => /^owner-.*\.lock$/.test(name));
  const living: LivingClaim[] = [];
  for (const file of names.map((name) => path.join(folder, name))) {
    if (file === except) continue;
    const claim = await readClaim(file);
    if (claim === 'gone') continue;
    if (await isValid(claim, file)) living.push(claim === 'unreadable' ? { owns: false } : claim);
    // Its name is its own: nobody can have made it anew meanwhile.
    else await rm(file, { force: true });
  }
  return living.find((claim) => claim.owns) ?? living[0];
}

async function readClaim(file: string): Promise<Claim | 'gone' | 'unreadable'> {
  try {
    const parsed = Claim.safeParse(JSON.parse(await readFile(file, 'utf8')));
    return parsed.success ? parsed.data : 'unreadable';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'gone';
    if (error instanceof SyntaxError) return 'unreadable';
    throw error;
  }
}

async function isValid(claim: Claim | 'unreadable', file: string): Promise<boolean> {
  if (claim !== 'unreadable' && claim.machine === machineName()) return isAlive(claim);
  // Given free meanwhile is no sign of life either.
  const lastSign = await stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
  return Date.now() - lastSign < (claim === 'unreadable' ? BEING_WRITTEN_MS : NO_SIGN_MS);
}

function hold(file: string): OwnerLock {
  const sign = () => {
    const now = new Date();
    // A missed sign of life is made up for by the next one.
    utimes(file, now, now).catch(() => undefined);
  };
  const timer = setInterval(sign, SIGN_OF_LIFE_MS).unref();
  return {
    async release() {
      clearInterval(timer);
      await rm(file, { force: true });
    },
  };
}

function openElsewhere(sessionId: string, { pid }: LivingClaim): PatchbayError {
  const where = pid === undefined ? '' : ` (pid ${pid})`;
  return new PatchbayError('config', `Session "${sessionId}" is open in another window${where}.`, {
    remedy: `Go on in that window, or close the session there first; "patchbay session show ${sessionId} --follow" shows what it does.`,
  });
}

function machineName(): string {
  return `${process.platform} ${os.hostname()}`;
}
